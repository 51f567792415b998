"""Rows of one product stand together under one handle."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from storefront.catalog.importing.reading import Row

LONGEST_HANDLE = 200


@dataclass(slots=True)
class Group:
    """`rows` of one product; `again`: the line where its handle stood already, further up."""

    handle: str
    rows: list[Row] = field(default_factory=list)
    again: int | None = None


def slug(text: str) -> str:
    """As it stands in an address: small letters, digits and single dashes."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:LONGEST_HANDLE]


def groups(rows: Iterable[Row]) -> Iterator[Group]:
    """Products in the file's order.

    A row without a handle takes its title's words; with neither it belongs to the product above it.
    """
    seen: dict[str, int] = {}
    group: Group | None = None
    for row in rows:
        handle = slug(row["handle"]) or slug(row["title"]) or (group.handle if group is not None else "")
        if group is None or handle != group.handle:
            if group is not None:
                yield group
            group = Group(handle, again=seen.get(handle))
            seen.setdefault(handle, row.line)
        group.rows.append(row)
    if group is not None:
        yield group
