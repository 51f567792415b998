"""Which ports, folders and keys one start uses, out of the environment and .env."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bin.start import given
from bin.start.given import Refused
from bin.start.keeping import SANDBOX_KEY, kept

FOR_PYTHON = {"PYTHONUNBUFFERED": "1", "PYTHON_DOTENV_DISABLED": "1"}
"""Lines come as they are written, and .env is read here alone."""


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
        wiring = {
            "SANDBOX_PORT": str(self.sandbox_port),
            "SMTP_PORT": str(self.smtp_port),
            "STORE_DIR": str(self.store),
            "CLOCK_FILE": self.environment["CLOCK_FILE"],
            "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{self.port}/webhooks/stripe",
            "SANDBOX_WEBHOOK_SECRET": self.environment["STRIPE_WEBHOOK_SECRET"].split(",")[0].strip(),
        }
        return own | wiring | FOR_PYTHON


def read(environment: Mapping[str, str]) -> Wiring:
    """The wiring for this environment, making .env and STORE_DIR where missing. Raises Refused."""
    chosen = {name: value for name, value in environment.items() if value}
    values = kept(chosen) | chosen
    store = given.folder(values)
    port = given.port(values, "PORT")
    values |= {"STORE_DIR": str(store), "SITE_URL": _site_url(values, chosen, port)} | FOR_PYTHON
    key = values.get("STRIPE_SECRET_KEY", SANDBOX_KEY)
    if not key.startswith(SANDBOX_KEY) or "STRIPE_SECRET_KEY_FILE" in values:
        _refuse_leftovers(values, chosen)
        return Wiring(port, 0, 0, store, sandbox=False, environment=values)
    sandbox_port, smtp_port = given.port(values, "SANDBOX_PORT"), given.port(values, "SMTP_PORT")
    if len({port, sandbox_port, smtp_port}) < 3:
        raise Refused(f"PORT={port}, SANDBOX_PORT={sandbox_port} and SMTP_PORT={smtp_port} must be three ports.")
    values |= {
        "STRIPE_SECRET_KEY": key,
        "STRIPE_WEBHOOK_SECRET": values.get("STRIPE_WEBHOOK_SECRET") or f"whsec_{secrets.token_hex(24)}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{sandbox_port}",
        "PAYMENT_PAGE_ORIGINS": f"http://127.0.0.1:{sandbox_port}",
        "CLOCK_FILE": str(store / "clock"),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "SMTP_SECURITY": "none",
    }
    return Wiring(port, sandbox_port, smtp_port, store, sandbox=True, environment=values)


def _refuse_leftovers(values: Mapping[str, str], chosen: Mapping[str, str]) -> None:
    """A key of the person's own must not be sent to where the sandbox was. Raises Refused."""
    if "STRIPE_API_BASE" not in chosen and urlsplit(values.get("STRIPE_API_BASE", "")).hostname == "127.0.0.1":
        raise Refused(
            "STRIPE_SECRET_KEY is your own, but .env still names the sandbox beside it: "
            "empty STRIPE_API_BASE, PAYMENT_PAGE_ORIGINS and CLOCK_FILE there."
        )


def _site_url(values: Mapping[str, str], chosen: Mapping[str, str], port: int) -> str:
    """As configured; an address of this machine that comes from .env follows PORT."""
    configured = values.get("SITE_URL", "")
    if "SITE_URL" not in chosen and urlsplit(configured).hostname in (None, "127.0.0.1", "localhost"):
        return f"http://127.0.0.1:{port}"
    return configured
