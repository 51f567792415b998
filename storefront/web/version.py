"""Reading the catalogue's version before every answer, on a connection of each thread's own and past the ORM:
microseconds count.
"""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

Reader = Callable[[], int | None]
_NUMBER = "SELECT number FROM catalog_version"


class _Held:
    """A connection that is closed when its thread or its reader goes."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.execute = connection.execute

    def __del__(self) -> None:
        self.connection.close()


class _Connections(threading.local):
    """The thread's connection, the file's `data_version` that it last saw, and the catalogue's version then."""

    held: _Held | None = None
    seen: int = -1
    number: int | None = None


class VersionReader:
    """Callable: the version now, or None if the database does not tell."""

    def __init__(self, engine: Engine) -> None:
        self._connect = engine.dialect.connect
        self._arguments, self._options = engine.dialect.create_connect_args(engine.url)
        self._sqlite = engine.dialect.name == "sqlite"
        if self._sqlite:
            self._options["check_same_thread"] = False
        self._read = _from_sqlite if self._sqlite else _from_postgresql
        self._own = _Connections()
        self._errors: Any = engine.dialect.loaded_dbapi.Error

    def __call__(self) -> int | None:
        """One retry with a new connection: the server may have dropped the old one."""
        own = self._own
        for _ in range(2):
            try:
                if own.held is None:
                    own.held, own.seen = self._open(), -1
                return self._read(own, own.held)
            except self._errors:
                own.held = None
        return None

    def _open(self) -> _Held:
        connection: Any = self._connect(*self._arguments, **self._options)
        if self._sqlite:
            connection.isolation_level = None
            connection.execute("PRAGMA busy_timeout=2000")
        else:
            connection.autocommit = True
        return _Held(connection)


def _from_sqlite(own: _Connections, held: _Held) -> int | None:
    seen: int = held.execute("PRAGMA data_version").fetchone()[0]
    if seen != own.seen:
        row = held.execute(_NUMBER).fetchone()
        own.number, own.seen = row[0] if row is not None else 0, seen
    return own.number


def _from_postgresql(_own: _Connections, held: _Held) -> int | None:
    row = held.execute(_NUMBER).fetchone()
    return row[0] if row is not None else 0


def reader_of(engine: Engine) -> Reader:
    """What tells the version kept in this engine's database."""
    return VersionReader(engine)
