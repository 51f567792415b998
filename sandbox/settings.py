"""What the environment says about where the sandbox lives."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(Exception):
    """A setting that cannot be used, said in a sentence for the person who set it."""


@dataclass(frozen=True)
class Settings:
    """Where the sandbox listens, keeps its state and sends its events."""

    port: int
    url: str
    smtp_port: int
    folder: Path
    clock_file: Path | None
    webhook_url: str | None
    webhook_secret: str | None
    variants: str
    everywhere: bool = False

    @property
    def database(self) -> Path:
        return self.folder / "sandbox.sqlite"

    @property
    def request_log(self) -> Path:
        return self.folder / "sandbox-requests.jsonl"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; raise BadSetting with a sentence when a value makes no sense."""
        env = os.environ if env is None else env
        port = _port(env, "SANDBOX_PORT", 8010)
        url = env.get("SANDBOX_URL") or f"http://127.0.0.1:{port}"
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadSetting(f"SANDBOX_URL is {url!r}. Write an address such as http://127.0.0.1:{port}.")
        webhook_url, webhook_secret = env.get("SANDBOX_WEBHOOK_URL") or None, env.get("SANDBOX_WEBHOOK_SECRET") or None
        if bool(webhook_url) != bool(webhook_secret):
            raise BadSetting("Set SANDBOX_WEBHOOK_URL and SANDBOX_WEBHOOK_SECRET together, or neither of them.")
        clock_file = env.get("CLOCK_FILE")
        folder = Path(env.get("STORE_DIR") or "instance").absolute()
        return cls(
            port=port,
            url=url.rstrip("/"),
            smtp_port=_port(env, "SMTP_PORT", 8025),
            folder=folder,
            clock_file=Path(clock_file).absolute() if clock_file else folder / "sandbox-clock",
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            variants=env.get("SANDBOX_VARIANTS", ""),
            everywhere=env.get("SANDBOX_HOST", "127.0.0.1") == "0.0.0.0",  # noqa: S104  # nosec B104 - when asked for by name
        )


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise BadSetting(f"{name} is {value!r}. Write a port number from 1 to 65535.")
    return int(value)
