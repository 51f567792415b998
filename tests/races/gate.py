"""Gates before Stripe and before the mail server: a test stops one call at a named point and kills who made it."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from tests.fixtures.router import Passing, Router
from tests.fixtures.running import until

PATIENCE = 40


class Stop:
    """Catches the next call that fits `pattern`. `when`: going (Stripe has not heard) or answered (it has done it)."""

    def __init__(self, pattern: str, when: str) -> None:
        self.pattern, self.when = pattern, when
        self.caught: Passing | None = None
        self._reached, self._decided = threading.Event(), threading.Event()
        self._cut = False
        self.over = threading.Event()

    def meets(self, passing: Passing, when: str) -> None:
        """The gate calls it: blocks the caught call until the test decides. Raises ConnectionAbortedError to cut it."""
        if when != self.when or self.caught is not None or not fnmatchcase(passing.name, self.pattern):
            return
        self.caught = passing
        self._reached.set()
        self._decided.wait(PATIENCE)
        if self._cut:
            raise ConnectionAbortedError

    def wait(self) -> Passing:
        """The call that stands here now."""
        assert self._reached.wait(PATIENCE), f"nobody came to {self.pattern} ({self.when})"
        assert self.caught is not None
        return self.caught

    def cut(self) -> None:
        """The call goes no further."""
        self._cut = True
        self._decided.set()

    def let_go(self) -> None:
        """The call goes on; for an answer, returns once the program that asked has read it whole."""
        self._decided.set()
        caught = self.wait()
        assert self.over.wait(PATIENCE), f"{caught.name} did not go on"

    def until_read(self, port: int) -> None:
        """Until the answer has left the kernel for the client's memory. `port`: the gate's own."""
        caught = self.wait()
        until(lambda: _all_read(caught.client_port, port), "the answer is read", 60)


class StripeGate:
    """An address of Stripe's API through which all calls pass; `stop` arms it."""

    def __init__(self, stripe_port: int) -> None:
        self._stops: list[Stop] = []
        gate = self

        class Watched(Passing):
            def going(self) -> None:
                gate._meet(self, "going")

            def answered(self) -> None:
                gate._meet(self, "answered")

            def handed_over(self) -> None:
                for stop in gate._stops:
                    if stop.caught is self:
                        stop.over.set()

        self._router = Router(lambda _path: stripe_port, passing=Watched)
        self.url, self.port = self._router.url, self._router.port

    @contextmanager
    def stop(self, pattern: str, when: str) -> Iterator[Stop]:
        """Armed inside the block; whoever still stands there at its end is cut off."""
        stop = Stop(pattern, when)
        self._stops.append(stop)
        try:
            yield stop
        finally:
            self._stops.remove(stop)
            stop.cut()

    def close(self) -> None:
        """Ends listening."""
        self._router.close()

    def _meet(self, passing: Passing, when: str) -> None:
        for stop in list(self._stops):
            stop.meets(passing, when)


class MailGate:
    """An address of the mail server; a client that says QUIT has its 250, and can be kept waiting for the farewell."""

    def __init__(self, smtp_port: int) -> None:
        self._armed, self._reached, self._decided = threading.Event(), threading.Event(), threading.Event()
        gate = self

        class Relay(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", smtp_port), timeout=30) as server:
                    threading.Thread(target=_pump, args=(server, self.request), daemon=True).start()
                    while chunk := self.request.recv(65536):
                        gate._see(chunk)
                        server.sendall(chunk)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Relay)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @contextmanager
    def stop(self) -> Iterator[threading.Event]:
        """Armed inside the block; the event is set when a client has been told 250 and stands before its farewell."""
        self._reached.clear()
        self._decided.clear()
        self._armed.set()
        try:
            yield self._reached
        finally:
            self._armed.clear()
            self._decided.set()

    def close(self) -> None:
        """Ends listening."""
        self._server.shutdown()
        self._server.server_close()

    def _see(self, chunk: bytes) -> None:
        if chunk.upper().startswith(b"QUIT") and self._armed.is_set():
            self._armed.clear()
            self._reached.set()
            self._decided.wait(PATIENCE)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)


def _all_read(client: int, gate: int) -> bool:
    """Whether nothing is under way or unread from port `gate` to port `client` of this machine, by Linux' own table."""
    waiting = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, _state, queues = line.split()[1:5]
        ports = (int(local.split(":")[1], 16), int(remote.split(":")[1], 16))
        sending, receiving = (int(part, 16) for part in queues.split(":"))
        if ports == (gate, client):
            waiting += sending
        elif ports == (client, gate):
            waiting += receiving
    return waiting == 0
