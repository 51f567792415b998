"""Waiting for work without asking for it all the time: PostgreSQL notifies, SQLite counts other connections' commits."""

import sqlite3
import threading
from typing import Protocol

import psycopg
from sqlalchemy import Engine

LOOK = 0.1
"""Seconds between two looks at SQLite's counter, which costs microseconds."""


class Waiter(Protocol):
    """Who sleeps until somebody may have made work."""

    def wait(self, seconds: float) -> None:
        """At most `seconds`, less when somebody committed."""


class _SqliteWaiter:
    def __init__(self, path: str, stop: threading.Event) -> None:
        self._connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
        self._stop = stop
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def wait(self, seconds: float) -> None:
        looks = max(1, round(seconds / LOOK))
        for _ in range(looks):
            version = self._version()
            if version != self._seen:
                self._seen = version
                return
            if self._stop.wait(LOOK):
                return


class _PostgresqlWaiter:
    def __init__(self, engine: Engine, stop: threading.Event) -> None:
        self._engine, self._stop = engine, stop
        self._connection: psycopg.Connection | None = None

    def _listen(self) -> psycopg.Connection:
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(url, autocommit=True)
        connection.execute("LISTEN storefront_work")
        return connection

    def wait(self, seconds: float) -> None:
        try:
            self._connection = self._connection or self._listen()
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.Error:
            self._connection = None
            self._stop.wait(seconds)


def waiter_for(engine: Engine, stop: threading.Event) -> Waiter:
    """One for each thread that waits."""
    if engine.dialect.name == "sqlite":
        return _SqliteWaiter(engine.url.database or "", stop)
    return _PostgresqlWaiter(engine, stop)
