"""What a start does before its processes: the database's tables, the demo shop, the demo merchant."""

import hashlib
import re
import secrets
import subprocess  # nosec B404 - fixed programs only
import sys
import time
from pathlib import Path

from bin.start.given import Refused
from bin.start.wiring import Wiring

MERCHANT = "mira@shop.example"
DEMO_NAME, DEMO_LINE = "Early Wren", "Things for the breakfast table"


def prepare(wiring: Wiring, *, empty: bool) -> str | None:
    """Migrates, fills a new shop, and answers the demo merchant's password where there is one. Raises Refused."""
    begun = time.monotonic()
    _flask(wiring, "db", "upgrade")
    password = None if wiring.live else _password(wiring)
    done = _done(wiring)
    if not done.exists():
        if password:
            _flask(wiring, "staff", "add", MERCHANT, "--name", "Mira", "--password-stdin", text=password)
        if wiring.live or empty:
            _flask(wiring, "demo", "--empty")
            done.write_text("empty")
        else:
            print("Filling the demo shop ...", flush=True)
            _flask(wiring, "demo")
            done.write_text("demo")
    if done.read_text() == "demo":
        wiring.environment.setdefault("SITE_NAME", DEMO_NAME)
        wiring.environment.setdefault("SITE_TAGLINE", DEMO_LINE)
    print(f"The database is ready ({time.monotonic() - begun:.1f} s).", flush=True)
    return password


def _done(wiring: Wiring) -> Path:
    """The file that says how this database was filled. Another database in the same folder is a new shop."""
    database = wiring.environment.get("DATABASE_URL", "")
    return wiring.store / f"filled-{hashlib.sha256(database.encode()).hexdigest()[:8]}"


def _password(wiring: Wiring) -> str:
    """Random for each STORE_DIR, made at the first start and kept there for its owner alone."""
    file = wiring.store / "demo-merchant-password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(15))
    return file.read_text().strip()


def _flask(wiring: Wiring, *arguments: str, text: str = "") -> None:
    """Runs a command of the shop, which reads `text`. Raises Refused with what it said if it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    result = subprocess.run(command, env=wiring.environment, input=text, capture_output=True, text=True, check=False)  # nosec B603 - our own command, no shell
    log = wiring.store / "log" / "setup.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("a") as file:
        file.write(f"$ flask {' '.join(arguments)}\n{result.stdout}{result.stderr}")
    if result.returncode:
        raise Refused(f"`flask {' '.join(arguments)}` failed: {_reason(result.stderr or result.stdout)} (see {log})")


def _reason(text: str) -> str:
    """What a failed command said in a sentence: the exception that it met, or else its last line."""
    raised: list[str] = re.findall(r"^[\w.]*(?:Error|Exception): (.+)$", text, flags=re.MULTILINE)
    return (raised or text.strip().splitlines() or ["no reason given"])[-1]
