"""The shop's time: wall time plus the offset in a file, so that a demo or a test can move it for every process at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_file: Path | None = None


def follow(path: Path | None) -> None:
    """Take the offset from `path` (one decimal number: seconds) from now on; None: wall time."""
    global _file  # noqa: PLW0603 - a process has one clock
    _file = path


def offset() -> timedelta:
    """How far the shop's time is ahead of wall time. A file that is missing, empty or not a number counts as zero."""
    if _file is None:
        return timedelta()
    try:
        return timedelta(seconds=float(_file.read_text() or 0))
    except (OSError, ValueError):
        return timedelta()


def now() -> datetime:
    """Aware UTC time, moved by the clock file."""
    return datetime.now(UTC) + offset()


def wall() -> datetime:
    """Aware UTC time that nothing moves: what a webhook's `t=` is compared with."""
    return datetime.now(UTC)
