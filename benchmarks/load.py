"""A small load generator: some connections kept open, the next request sent when the last answer is whole."""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

CONNECTIONS = 16


@dataclass(frozen=True)
class Slice:
    """What one stretch of asking came to. `waits`: seconds for each answer, sorted."""

    rate: float
    waits: list[float]
    statuses: frozenset[int]

    def wait(self, share: float) -> float:
        """Milliseconds within which `share` of the answers came."""
        return 1000 * self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]


class _Line:
    """One connection and what it waits for."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = b""
        self.sent = 0.0

    def send(self, request: bytes) -> None:
        self.read, self.sent = b"", time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int | None:
        """The answer's status once it is whole. Raises ConnectionError if the server hung up."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a connection")
        self.read += part
        head, found, body = self.read.partition(b"\r\n\r\n")
        if not found:
            return None
        status = int(head[9:12])
        if status in (204, 304):
            return status
        _, _, rest = head.lower().partition(b"content-length:")
        if not rest:
            raise ConnectionError("an answer without its length")
        return status if len(body) >= int(rest.split(b"\r\n", 1)[0]) else None


def ask(port: int, requests: Iterator[bytes], seconds: float, connections: int = CONNECTIONS) -> Slice:
    """Asks for `seconds`, then waits for what is under way."""
    waits: list[float] = []
    statuses: set[int] = set()
    begun = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for _ in range(connections):
            line = _Line(port)
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.send(next(requests))
        while waiting.get_map():
            for key, _ in waiting.select(30) or _silent():
                line = key.data
                status = line.status()
                if status is None:
                    continue
                now = time.perf_counter()
                waits.append(now - line.sent)
                statuses.add(status)
                if now - begun < seconds:
                    line.send(next(requests))
                else:
                    waiting.unregister(line.socket)
                    line.socket.close()
    return Slice(len(waits) / (time.perf_counter() - begun), sorted(waits), frozenset(statuses))


def _silent() -> list[tuple[selectors.SelectorKey, int]]:
    raise ConnectionError("the server said nothing for 30 s")
