"""One database that can be made empty again, quickly: a file copied over, or a database made anew from its template."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.fixtures.database import Database, copy_database, run_sql


@dataclass(frozen=True)
class Slate:
    """`wipe` wants that nobody has the database open."""

    database: Database
    wipe: Callable[[], None]


def file_slate(database: Database, template: Path) -> Slate:
    """On SQLite."""
    file = database.url.removeprefix("sqlite:///")

    def wipe() -> None:
        database.engine.dispose()
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)

    return Slate(database, wipe)


def server_slate(database: Database) -> Slate:
    """On PostgreSQL."""
    server, _, name = database.url.rpartition("/")

    def wipe() -> None:
        database.engine.dispose()
        run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")
        copy_database(server, "template_shop", name)

    return Slate(database, wipe)
