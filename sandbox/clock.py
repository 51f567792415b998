"""The sandbox's time: wall time plus the seconds written in a file that shop and sandbox share."""

import os
import threading
import time
from pathlib import Path


class ClockFileError(Exception):
    """The clock file holds something that is not a number."""


class Clock:
    """Reads the offset anew whenever the file has changed; a missing or empty file means no offset."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._stamp: tuple[int, int, int] | None = None
        self._offset = 0.0
        self._moving = threading.Lock()

    def now(self) -> int:
        """Unix seconds as the sandbox sees them."""
        return int(time.time() + self.offset())

    def offset(self) -> float:
        """Seconds added to wall time."""
        if self._file is None:
            return 0.0
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            return 0.0
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if stamp != self._stamp:
            self._offset = _number(self._file)
            self._stamp = stamp
        return self._offset

    def move(self, seconds: float) -> None:
        """Add seconds to the offset; the file is replaced whole, so that a reader never meets half a number."""
        if self._file is None:
            raise ClockFileError("The sandbox was started without a clock file, so its clock cannot be moved.")
        with self._moving:
            offset = self.offset() + seconds
            temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(f"{offset:.3f}\n")
            temporary.replace(self._file)


def _number(file: Path) -> float:
    text = file.read_text().strip()
    try:
        return float(text) if text else 0.0
    except ValueError as wrong:
        raise ClockFileError(f"{file.name} should hold one number of seconds, not {text[:40]!r}.") from wrong
