"""Real SMTP on SMTP_PORT; it can refuse, be away, or cut the line after it has taken a letter."""

import asyncio
import json
import threading
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.world import World

MODES = ("ok", "451", "550", "down", "cut_after_data")


class Catcher:
    """The mail server; `mode` survives a restart."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._guard = threading.Lock()
        self._controller: Controller | None = None
        self.mode = world.store.fact("mailserver") or "ok"

    def start(self) -> None:
        self.change(self.mode)

    def stop(self) -> None:
        with self._guard:
            self._close()

    def change(self, mode: str) -> None:
        """Take on one of MODES; `down` closes the port."""
        with self._guard:
            self.mode = mode
            self._world.store.remember("mailserver", mode)
            if mode == "down":
                self._close()
            elif self._controller is None:
                host = "0.0.0.0" if self._world.settings.everywhere else "127.0.0.1"  # noqa: S104  # nosec B104 - when asked for by name
                controller = Controller(self, hostname=host, port=self._world.settings.smtp_port)
                controller.start()
                self._controller = controller

    def _close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_RCPT(  # noqa: N802, aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.mode == "550":
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.mode == "451":
            return "451 4.3.0 Try again later"
        await asyncio.get_running_loop().run_in_executor(None, self._keep, envelope)
        if self.mode == "cut_after_data" and server.transport is not None:
            cast("asyncio.Transport", server.transport).abort()
        return "250 Message accepted for delivery"

    def _keep(self, envelope: Any) -> None:
        with self._world.store.writing() as connection:
            connection.execute(
                "INSERT INTO mails (sender, recipients, raw, at) VALUES (?, ?, ?, ?)",
                (envelope.mail_from or "", json.dumps(envelope.rcpt_tos), envelope.content, self._world.clock.now()),
            )
