"""A line of JSON for each /v1 call: id, method, path, body as sent, status, response."""

import json
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any


class RequestLog:
    """Appends whole lines, so that a kill leaves none half written but perhaps the last."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._open = file.open("ab", buffering=0)
        if file.stat().st_size and not file.read_bytes().endswith(b"\n"):
            self._open.write(b"\n")

    def add(self, request: str, method: str, path: str, body: str, status: int, response: Any) -> None:
        entry = {"id": request, "method": method, "path": path, "body": body, "status": status, "response": response}
        line = json.dumps(entry).encode() + b"\n"
        with self._guard:
            self._open.write(line)

    def empty(self) -> None:
        """Forget every call."""
        with self._guard:
            self._open.truncate(0)

    def find(self, request: str) -> dict[str, Any] | None:
        """The call of this id."""
        mark = json.dumps({"id": request})[:-1].encode()
        return next((json.loads(line) for line in self.lines() if line.startswith(mark)), None)

    def lines(self, since: int = 0) -> Iterator[bytes]:
        """The lines after the first `since`, oldest first."""
        with self._file.open("rb") as lines:
            for line in islice(lines, since, None):
                if line.endswith(b"\n") and line.strip():
                    yield line
