"""A backup of a counter's database, and the day on which it is needed."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.fixtures.counter import Counter
from tests.fixtures.database import copy_database, run_sql


def back_up(counter: Counter, folder: Path) -> Callable[[], None]:
    """Copies the database as it is now. What is answered puts the copy in the place of what it became."""
    url = counter.database.url
    _let_go(counter)
    if url.startswith("sqlite"):
        file, copy = url.removeprefix("sqlite:///"), folder / "backup.sqlite"
        _copy(file, copy)
        return lambda: (_let_go(counter), _copy(copy, file))[0]
    server, _, name = url.rpartition("/")
    # A thread of the shop's own server may still have one in hand.
    run_sql(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - a name of ours
    copy_database(server, name, f"{name}_backup")

    def restore() -> None:
        _let_go(counter)
        run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")
        run_sql(server, f"ALTER DATABASE {name}_backup RENAME TO {name}")

    return restore


def _copy(source: str | Path, target: str | Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _let_go(counter: Counter) -> None:
    """No connection stays open: PostgreSQL copies no database that is in use."""
    counter.database.engine.dispose()
    with counter.app.app_context():
        counter.app.extensions["sqlalchemy"].engine.dispose()
