"""The file .env: written once, with secrets made at random, and from then on the person's own."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from bin.start import given
from bin.start.given import ROOT, Refused

SANDBOX_KEY = "sk_test_sandbox"
"""How the keys begin that are made here. Stripe makes none like them."""


def kept(environment: Mapping[str, str]) -> dict[str, str]:
    """What .env says, writing it first where it is missing. Raises Refused."""
    path = _place(environment)
    if not path.exists():
        _write(path, environment)
    return {name: value for name, value in dotenv_values(path).items() if value}


def _place(environment: Mapping[str, str]) -> Path:
    """In the checkout; in STORE_DIR where the checkout, or its .env, belongs to somebody else."""
    own = ROOT / ".env"
    ours = os.access(own, os.R_OK) if own.exists() else os.access(ROOT, os.W_OK)
    return own if ours else given.folder(environment) / ".env"


def _write(path: Path, environment: Mapping[str, str]) -> None:
    """.env.example with fresh secrets and the usual ports filled in, readable by its owner alone."""
    filled = {"SECRET_KEY": secrets.token_urlsafe(48)}
    if not environment.get("STRIPE_SECRET_KEY") and not environment.get("STRIPE_SECRET_KEY_FILE"):
        sandbox = f"http://127.0.0.1:{given.PORTS['SANDBOX_PORT']}"
        filled |= {
            "STRIPE_SECRET_KEY": f"{SANDBOX_KEY}_{secrets.token_hex(16)}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(24)}",
            "STRIPE_API_BASE": sandbox,
            "PAYMENT_PAGE_ORIGINS": sandbox,
            "CLOCK_FILE": str(ROOT / "instance" / "clock"),
        }
    sample = (ROOT / ".env.example").read_text()
    text = re.sub(
        r"^([A-Z_]+)=(.*)$", lambda line: f"{line[1]}={filled.get(line[1], line[2])}", sample, flags=re.MULTILINE
    )
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except FileExistsError:
        return
    except OSError as error:
        raise Refused(f"Cannot write {path}: {error.strerror}.") from error
