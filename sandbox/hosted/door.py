"""The hosted pages' blueprint, and the headers that each of them carries."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template

door = Blueprint("hosted", __name__)


def answer(template: str, shop: str, **values: Any) -> Response:
    """Answer with a policy of its own: nothing but the style sheet, and forms that may end at the shop's address."""
    response = make_response(render_template(template, **values))
    where = urlsplit(shop)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {where.scheme}://{where.netloc}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
