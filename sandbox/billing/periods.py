"""Where billing periods begin and end, in UTC; a month that has no 31st ends on its last day."""

import calendar
from datetime import UTC, datetime
from fractions import Fraction

from sandbox.transaction import Thing

_SECONDS = {"day": 86400, "week": 7 * 86400}


def boundary(anchor: int, recurring: Thing, number: int) -> int:
    """Unix seconds of the n-th boundary after the anchor."""
    interval, count = recurring["interval"], recurring["interval_count"] * number
    if interval in _SECONDS:
        return int(anchor + count * _SECONDS[interval])
    start = datetime.fromtimestamp(anchor, UTC)
    months = start.year * 12 + start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def bounds(anchor: int, recurring: Thing, moment: int) -> tuple[int, int]:
    """Start and end of the period that holds the moment; an anchor in the future ends a period too."""
    number = 0
    while boundary(anchor, recurring, number) <= moment:
        number += 1
    while boundary(anchor, recurring, number - 1) > moment:
        number -= 1
    return boundary(anchor, recurring, number - 1), boundary(anchor, recurring, number)


def first_due(subscription: Thing) -> Thing:
    """The item whose period ends first; items of different intervals turn at different times."""
    return min(subscription["items"]["data"], key=lambda item: int(item["current_period_end"]))


def rhythm(price: Thing) -> tuple[str, int]:
    """How often a price is billed."""
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def elapsed(start: int, end: int, anchor: int, recurring: Thing) -> list[tuple[int, int, Fraction]]:
    """The billing cycles around `anchor` between two moments: (from, to, the part of a whole cycle) of each."""
    number, found = 0, []
    if start >= end:
        return []
    while boundary(anchor, recurring, number) > start:
        number -= 1
    while boundary(anchor, recurring, number) < end:
        first, last = boundary(anchor, recurring, number), boundary(anchor, recurring, number + 1)
        here, there = max(first, start), min(last, end)
        found.append((here, there, Fraction(there - here, last - first)))
        number += 1
    return found
