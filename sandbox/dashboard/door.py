"""The dashboard's blueprint, and how it writes a moment."""

from datetime import UTC, datetime

from flask import Blueprint

door = Blueprint("dashboard", __name__)


@door.app_template_filter("moment")
def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M:%S UTC")
