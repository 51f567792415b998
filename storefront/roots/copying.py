"""Copying a whole database to a file and back, while the shop sells (to) and while it is closed (back)."""

import os
import re
import shutil
import sqlite3
import subprocess  # nosec B404 - fixed programs only
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import URL, Engine, text

SQLITE, POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


class CopyError(Exception):
    """It was not copied; the message is a sentence that says why."""


def copy_out(engine: Engine, file: Path) -> None:
    """A consistent copy as of one moment, readable by its owner only; `file` is there whole or not at all. Raises CopyError."""
    if file.exists():
        raise CopyError(f"{file} exists already. Choose another name: a backup is never written over.")
    part = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    except OSError as error:
        raise CopyError(f"{file} cannot be written: {error.strerror}.") from error
    try:
        if engine.dialect.name == "sqlite":
            _sqlite_out(str(engine.url.database), part)
        else:
            _run(engine.url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


def copy_in(engine: Engine, file: Path) -> None:
    """Put the copy in the place of everything that is there, in one step. Nobody else may have the database open. Raises CopyError."""
    wanted = SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(SQLITE))
    except OSError as error:
        raise CopyError(f"{file} cannot be read: {error.strerror}.") from error
    if not begins.startswith(wanted):
        raise CopyError(f"{file} is no backup of a {engine.dialect.name} database, which this shop uses.")
    if engine.dialect.name == "sqlite":
        engine.dispose()
        _sqlite_in(file, str(engine.url.database))
    else:
        _alone(engine)
        engine.dispose()
        _postgresql_in(engine.url, file)


def _sqlite_out(database: str, part: Path) -> None:
    with closing(sqlite3.connect(database, timeout=30)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _sound(copy, part)


def _sqlite_in(file: Path, database: str) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(database, timeout=2)) as target:
        _sound(source, file)
        try:
            # Leaving WAL needs the database for oneself alone.
            target.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise CopyError("The database is in use. Stop the shop and its worker first.") from error
        source.backup(target)


def _sound(connection: sqlite3.Connection, file: Path) -> None:
    try:
        [verdict] = connection.execute("PRAGMA integrity_check(1)").fetchone()
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise CopyError(f"{file} is damaged: {error}.") from error
    if verdict != "ok" or not tables:
        raise CopyError(f"{file} is damaged, or of another program.")


def _alone(engine: Engine) -> None:
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        count = connection.execute(text(others)).scalar_one()
    if count:
        raise CopyError(f"The database is in use by {count} connections. Stop the shop and its workers first.")


def _postgresql_in(url: URL, file: Path) -> None:
    """One transaction: emptied and filled, or left as it was."""
    script = _run(url, "pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file), connects=False)
    _run(url, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", given=EMPTY + script)


def _run(url: URL, program: str, *arguments: str, given: str = "", connects: bool = True) -> str:
    """What a program of PostgreSQL's printed. The password goes by a file, because other users can read arguments."""
    found = shutil.which(program) or next((str(path) for path in _installed(program)), None)
    if found is None:
        raise CopyError(f"{program} is not installed. On Debian: apt-get install postgresql-client")
    with NamedTemporaryFile("w") as passwords:
        passwords.write("*:*:*:*:" + re.sub(r"([\\:])", r"\\\1", str(url.password or "")) + "\n")
        passwords.flush()
        plain = url.set(drivername="postgresql", password=None).update_query_dict({"passfile": passwords.name})
        to = [f"--dbname={plain.render_as_string(hide_password=False)}"] if connects else []
        result = subprocess.run(  # noqa: S603  # nosec B603 - PostgreSQL's own program, no shell
            [found, *to, *arguments], input=given, capture_output=True, text=True, check=False
        )
    if result.returncode:
        raise CopyError(f"{program} failed: {(result.stderr.strip() or 'no word').splitlines()[-1]}")
    return result.stdout


def _installed(program: str) -> list[Path]:
    """The system's, the newest first: it can read what older ones wrote."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / program).exists()]
    return [path / program for path in sorted(versions, key=lambda path: -int(path.parent.name))]
