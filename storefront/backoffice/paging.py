"""What the address says of a page in a list: a filter out of a known set, and where to go on."""

from collections.abc import Collection

from flask import request


def chosen(name: str, known: Collection[str], otherwise: str = "") -> str:
    """The filter `name`; whatever is not known counts as none."""
    value = request.args.get(name, otherwise)
    return value if value in known else otherwise


def before() -> int | None:
    """The id that the last page ended with."""
    text = request.args.get("before", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else None
