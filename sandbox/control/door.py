"""What every view below /_sandbox shares: nonsense is refused with a sentence in {"error": ..}."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

Reply = Response | tuple[Response, int]

door = Blueprint("control", __name__, url_prefix="/_sandbox")


def wrong(sentence: str) -> Reply:
    return jsonify(error=sentence), 400


def body() -> dict[str, Any]:
    """The JSON object that was sent; empty for anything else."""
    given = request.get_json(force=True, silent=True)
    return given if isinstance(given, dict) else {}
