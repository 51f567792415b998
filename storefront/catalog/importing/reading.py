"""Reading the file: rows with their line numbers, whatever wrote it."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from storefront.catalog.importing import columns
from storefront.catalog.importing.encoding import detect

LONGEST_FIELD = 1_000_000
"""Characters; Shopify allows 512 KB of description."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DELIMITERS = ",;\t"


class UnusableFileError(Exception):
    """The file as a whole cannot be imported; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: where it starts in the file. `fields`: by our names; a column that the file does not have is absent.

    `broken`: why it could not be read; then `fields` holds no more than a guess at the handle.
    """

    line: int
    fields: dict[str, str]
    broken: str = ""

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


class _Lines:
    """The file's lines without control characters; remembers the line that the current row began with."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0
        self.first = ""
        self.row_begins = True

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.number += 1
            clean = _CONTROL.sub("", line)
            if self.row_begins:
                self.first, self.row_begins = clean, False
            yield clean


@contextmanager
def _limited() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def rows(path: Path) -> Iterator[Row]:
    """The file's rows but the header. Raises UnusableFileError before the first one."""
    _refuse_other_kinds(path)
    with path.open(encoding=detect(path), errors="replace", newline="") as file:
        delimiter, places, skipped = _header(file)
        if absent := columns.missing(places):
            raise UnusableFileError(_not_shopify(absent, path))
        file.seek(0)
        lines = _Lines(file)
        with _limited():
            yield from _rows(lines, delimiter, places, skipped)


def _rows(lines: _Lines, delimiter: str, places: dict[str, int], skipped: int) -> Iterator[Row]:
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    while True:
        lines.row_begins = True
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            handle = (
                lines.first.split(delimiter)[places["handle"]]
                if lines.first.count(delimiter) >= places["handle"]
                else ""
            )
            yield Row(line, {"handle": handle.strip().strip('"')}, _told(error))
            continue
        if skipped:
            skipped -= 1
        elif any(cell.strip() for cell in cells):
            yield Row(line, {field: _cell(cells, place) for field, place in places.items()})


def _cell(cells: list[str], place: int) -> str:
    """Without what a spreadsheet was told by an apostrophe: that this is no formula."""
    cell = cells[place].strip() if place < len(cells) else ""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(("=", "+", "-", "@")) else cell


def _header(file: TextIO) -> tuple[str, dict[str, int], int]:
    """The delimiter, where the columns stand, and how many rows that is not data. Excel may put `sep=;` first."""
    best: tuple[str, dict[str, int], int] = (",", {}, 1)
    for delimiter in _DELIMITERS:
        file.seek(0)
        with _limited():
            reader = csv.reader(iter(_Lines(file)), delimiter=delimiter)
            try:
                for number, cells in enumerate(reader, start=1):
                    places = columns.placed([cell.lstrip("\ufeff") for cell in cells])
                    if len(places) > len(best[1]):
                        best = (delimiter, places, number)
                    if number == 3:
                        break
            except csv.Error:
                continue
    return best


def _refuse_other_kinds(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise UnusableFileError(f"{path} cannot be read: {error.strerror}.") from error
    if not start.strip():
        raise UnusableFileError(f"{path} is empty.")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnusableFileError(
            f"{path} is a spreadsheet or an archive, not CSV. Save the sheet as CSV (UTF-8) and import that."
        )


def _not_shopify(absent: list[str], path: Path) -> str:
    several = len(absent) > 1
    return (
        f"{path} is not in Shopify's product columns: the column{'s' if several else ''} {', '.join(absent)} "
        f"{'are' if several else 'is'} missing from its first line. "
        "Export the products from Shopify as CSV, or rename the columns."
    )


def _told(error: csv.Error) -> str:
    said = str(error)
    if "field larger" in said:
        return f"a field is longer than {LONGEST_FIELD:,} characters, probably because a quotation mark is never closed"
    if "unexpected end" in said:
        return "a quotation mark opens here and is never closed"
    return "a quotation mark stands inside a quoted field; it must be doubled"
