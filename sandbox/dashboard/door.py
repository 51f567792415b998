"""The dashboard's blueprint, and how it writes a moment."""

from datetime import UTC, datetime

from flask import Blueprint

_END_OF_CALENDAR = 253402300800

door = Blueprint("dashboard", __name__)


@door.app_template_filter("moment")
def moment(seconds: float) -> str:
    if seconds >= _END_OF_CALENDAR:
        return "after the year 9999"
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M:%S UTC")
