"""The sandbox's memory: one SQLite file, many readers, one writer at a time, nothing half written after a kill."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, livemode INTEGER NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_kind ON objects (kind, livemode, seq);
CREATE INDEX IF NOT EXISTS objects_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_customer ON objects (kind, json_extract(body, '$.customer'));
CREATE INDEX IF NOT EXISTS objects_source ON objects (kind, json_extract(body, '$.source'));
CREATE TABLE IF NOT EXISTS answers (
    livemode INTEGER NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL, parameters TEXT NOT NULL,
    request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (livemode, path, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS duties (
    id INTEGER PRIMARY KEY, due INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, livemode INTEGER NOT NULL,
    clock TEXT);
CREATE INDEX IF NOT EXISTS duties_due ON duties (clock, due, id);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, event TEXT NOT NULL, type TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL, created INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due, id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, event TEXT NOT NULL, type TEXT NOT NULL, endpoint TEXT NOT NULL,
    attempt INTEGER NOT NULL, status INTEGER, error TEXT, answer TEXT, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_event ON attempts (event);
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, rule TEXT NOT NULL, hits INTEGER NOT NULL DEFAULT 0,
    met INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, recipients TEXT NOT NULL, raw BLOB NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS contents (id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


def _renew(connection: sqlite3.Connection) -> None:
    """Bring a file of an earlier sandbox up to date."""
    columns = [row["name"] for row in connection.execute("PRAGMA table_info(duties)").fetchall()]
    if columns and "clock" not in columns:
        connection.execute("ALTER TABLE duties ADD COLUMN clock TEXT")
        connection.execute("DROP INDEX duties_due")


class Store:
    """Opens one connection for each thread; writers stand in line in this process, so none of them meets a lock."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._threads = threading.local()
        self._line = threading.RLock()
        file.parent.mkdir(parents=True, exist_ok=True)
        with self.writing() as connection:
            _renew(connection)
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)

    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection, in autocommit until `reading` or `writing` begins something."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._file, timeout=20, isolation_level=None, cached_statements=256)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._threads.connection = connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One unmoving view of everything."""
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: committed on return, forgotten on any exception."""
        with self._line:
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def fact(self, name: str) -> str | None:
        """A single remembered word, such as the account's id."""
        row = self.connection().execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> None:
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
