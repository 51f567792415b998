"""Where billing periods begin and end, in UTC; a month that has no 31st ends on its last day."""

import calendar
from datetime import UTC, datetime

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
