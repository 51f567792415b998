"""Which ports, folders and keys one start uses, out of the environment and .env."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[2]
SANDBOX_KEY = "sk_test_sandbox"


class Refused(Exception):
    """The shop cannot start like this; the message says why and what to do."""


@dataclass(frozen=True)
class Wiring:
    """One start: `environment` is what every process of the shop is given."""

    port: int
    sandbox_port: int
    smtp_port: int
    store: Path
    sandbox: bool
    environment: dict[str, str]

    @property
    def site_url(self) -> str:
        """The shop's public address."""
        return self.environment["SITE_URL"]

    @property
    def live(self) -> bool:
        """Whether real money moves. A key in a file counts as live: nothing made for demonstration goes near it."""
        return "_live_" in self.environment.get("STRIPE_SECRET_KEY", "") or "STRIPE_SECRET_KEY_FILE" in self.environment

    @property
    def sandbox_url(self) -> str:
        """Where the local Stripe listens."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def for_sandbox(self) -> dict[str, str]:
        """The sandbox's own environment: it is told where to deliver, and never how the shop keeps its data."""
        own = {name: self.environment[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in self.environment}
        return own | {
            "SANDBOX_PORT": str(self.sandbox_port),
            "SMTP_PORT": str(self.smtp_port),
            "STORE_DIR": str(self.store),
            "CLOCK_FILE": self.environment["CLOCK_FILE"],
            "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{self.port}/webhooks/stripe",
            "SANDBOX_WEBHOOK_SECRET": self.environment["STRIPE_WEBHOOK_SECRET"],
            "PYTHONUNBUFFERED": "1",
        }


def read(given: Mapping[str, str]) -> Wiring:
    """The wiring for this environment, making .env and STORE_DIR where missing. Raises Refused."""
    given = {name: value for name, value in given.items() if value}
    env_file = _env_file(given)
    if not env_file.exists():
        _write_first(env_file, given)
    values = {name: value for name, value in dotenv_values(env_file).items() if value} | given
    store = _made(ROOT / values.get("STORE_DIR", "instance"))
    port, sandbox_port, smtp_port = _port(values, "PORT", 8000), _port(values, "SANDBOX_PORT", 8010), 0
    values |= {"STORE_DIR": str(store), "SITE_URL": _site_url(values, given, port), "PYTHONUNBUFFERED": "1"}
    sandbox = (
        values.get("STRIPE_SECRET_KEY", SANDBOX_KEY).startswith(SANDBOX_KEY) and "STRIPE_SECRET_KEY_FILE" not in values
    )
    if sandbox:
        smtp_port = _port(values, "SMTP_PORT", 8025)
        values |= _sandbox_values(values, store, sandbox_port, smtp_port)
    if sandbox and len({port, sandbox_port, smtp_port}) < 3:
        raise Refused(
            f"PORT={port}, SANDBOX_PORT={sandbox_port} and SMTP_PORT={smtp_port} must be three different ports."
        )
    return Wiring(port, sandbox_port, smtp_port, store, sandbox, values)


def _env_file(given: Mapping[str, str]) -> Path:
    """.env in the checkout; in STORE_DIR where the checkout has none and may not be written to."""
    own = ROOT / ".env"
    if own.exists() or os.access(ROOT, os.W_OK):
        return own
    return _made(Path(given.get("STORE_DIR", ROOT / "instance"))) / ".env"


def _write_first(path: Path, given: Mapping[str, str]) -> None:
    """.env.example with secrets and this start's ports filled in, readable by its owner alone."""
    filled = {name: given[name] for name in ("PORT", "SANDBOX_PORT", "SMTP_PORT", "STORE_DIR") if name in given}
    filled["SECRET_KEY"] = secrets.token_urlsafe(48)
    sample = (ROOT / ".env.example").read_text()
    if not given.get("STRIPE_SECRET_KEY") and not given.get("STRIPE_SECRET_KEY_FILE"):
        sandbox_port = _port(given, "SANDBOX_PORT", 8010)
        filled |= {
            "STRIPE_SECRET_KEY": f"{SANDBOX_KEY}_{secrets.token_hex(16)}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(24)}",
            "STRIPE_API_BASE": f"http://127.0.0.1:{sandbox_port}",
            "PAYMENT_PAGE_ORIGINS": f"http://127.0.0.1:{sandbox_port}",
            "CLOCK_FILE": str(ROOT / given.get("STORE_DIR", "instance") / "clock"),
        }
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


def _sandbox_values(values: Mapping[str, str], store: Path, port: int, smtp_port: int) -> dict[str, str]:
    """What makes the local Stripe and its mailbox the shop's only neighbours."""
    return {
        "STRIPE_SECRET_KEY": values.get("STRIPE_SECRET_KEY", SANDBOX_KEY),
        "STRIPE_WEBHOOK_SECRET": values.get("STRIPE_WEBHOOK_SECRET") or f"whsec_{secrets.token_hex(24)}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{port}",
        "PAYMENT_PAGE_ORIGINS": f"http://127.0.0.1:{port}",
        "CLOCK_FILE": str(store / "clock"),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "SMTP_SECURITY": "none",
    }


def _site_url(values: Mapping[str, str], given: Mapping[str, str], port: int) -> str:
    """As configured; an address of this machine that comes from .env follows PORT."""
    configured = values.get("SITE_URL", "")
    if "SITE_URL" not in given and urlsplit(configured).hostname in (None, "127.0.0.1", "localhost"):
        return f"http://127.0.0.1:{port}"
    return configured


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"{name} must be a port from 1 to 65535, not '{text}'.")
    return int(text)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refused(
            f"Cannot write to {folder}: {error.strerror}. Point STORE_DIR to a folder of your own."
        ) from error
    return folder.absolute()
