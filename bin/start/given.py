"""What a person chose for this start: ports and folders, or a sentence on why they cannot be."""

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTS = {"PORT": 8000, "SANDBOX_PORT": 8010, "SMTP_PORT": 8025}


class Refused(Exception):
    """The shop cannot start like this; the message says why and what to do."""


def port(values: Mapping[str, str], name: str) -> int:
    """The port of this name, as given or the usual one. Raises Refused."""
    text = values.get(name, str(PORTS[name]))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Refused(f"{name} must be a port from 1 to 65535, not '{text}'.")
    return int(text)


def folder(values: Mapping[str, str]) -> Path:
    """STORE_DIR, made where missing; a relative one is in the checkout. Raises Refused if it cannot be written to."""
    found = ROOT / values.get("STORE_DIR", "instance")
    try:
        found.mkdir(parents=True, exist_ok=True)
        probe = found / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refused(f"Cannot write to {found}: {error.strerror}. Point STORE_DIR to a folder of your own.") from error
    return found
