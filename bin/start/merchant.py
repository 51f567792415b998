"""The demo merchant, so that a newcomer can sign in to the back office at once."""

import secrets
import subprocess
import sys

from bin.start.wiring import Refused, Wiring

EMAIL = "mira@shop.example"


def password_of(wiring: Wiring) -> str:
    """Random for each STORE_DIR, made at the first start and kept there for its owner alone."""
    file = wiring.store / "demo-merchant-password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(15))
    return file.read_text().strip()


def add(wiring: Wiring) -> str:
    """Makes sure that the merchant can sign in; answers the password. Raises Refused with a live key."""
    if wiring.live:
        raise Refused("With a live key there is no demo merchant. Add people with: bin/flask staff add")
    password = password_of(wiring)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "staff", "add", EMAIL, "--password-stdin"]
    subprocess.run(command, env=wiring.environment, input=password, text=True, check=True, capture_output=True)
    return password
