"""A real mail server in the test's own process, which can refuse, hesitate and hang up."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from storefront import clock
from storefront.settings import Settings
from tests.fixtures.database import Database
from tests.fixtures.environment import shop_environment
from tests.fixtures.running import free_port


class MailServer:
    """`mode`: ok, 451, 550, or cut (hangs up once it has the letter). `taken`: the letters it answered with 250.

    `before_answer` runs in the server's thread between a letter and its 250; `farewell` is set by QUIT.
    """

    def __init__(self) -> None:
        self.mode = "ok"
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.farewell = Event()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
        self.port = self._controller.port
        self._controller.start()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it
        if self.mode == "550":
            return "550 5.1.1 No such mailbox here"
        if self.mode == "451":
            return "451 4.7.1 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it
        letter = message_from_bytes(envelope.content, policy=default)
        self.letters.append(letter)
        self.recipients += envelope.rcpt_tos
        if self.mode == "cut":
            server.transport.abort()
            return "451 Never said"
        self.before_answer()
        return "250 Taken"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it
        self.farewell.set()
        return "221 Bye"

    def stop(self) -> None:
        if self._controller.server is not None:
            self._controller.stop()
        self._controller.server = None


@pytest.fixture
def mailserver() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def environment(mailserver: MailServer, database: Database, tmp_path: Path) -> dict[str, str]:
    return shop_environment(
        DATABASE_URL=database.url,
        STORE_DIR=str(tmp_path),
        CLOCK_FILE=str(tmp_path / "clock"),
        SITE_URL="https://shop.example",
        MAIL_FROM="hello@shop.example",
        SMTP_HOST="127.0.0.1",
        SMTP_PORT=str(mailserver.port),
    )


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return Settings.from_env(environment)


@pytest.fixture
def advance(tmp_path: Path) -> Iterator[Callable[[float], None]]:
    """Moves the shop's clock on by so many seconds."""
    file = tmp_path / "clock"
    clock.follow(file)

    def move(seconds: float) -> None:
        file.write_text(str(clock.offset().total_seconds() + seconds))

    yield move
    clock.follow(None)
