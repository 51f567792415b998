"""Very many rows at once, past SQLAlchemy's unit of work: plain tuples, on both databases."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session


def pour(session: Session, model: Any, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows` of the columns `names`; all other columns have their model's defaults, the same in every row."""
    table: Table = model.__table__
    rest = [column for column in table.columns if column.name not in names and column.default is not None]
    same = tuple(
        _plain(column.default.arg(None) if column.default.is_callable else column.default.arg) for column in rest
    )
    columns = [*names, *(column.name for column in rest)]
    raw = session.connection().connection
    if session.get_bind().dialect.name == "sqlite":
        holes = ", ".join("?" * len(columns))
        text = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({holes})"  # noqa: S608 - our own names
        raw.executemany(text, ((*map(_plain, row), *same) for row in rows))
        return
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*row, *same))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return "{}" if value == {} else "[]" if value == [] else value
