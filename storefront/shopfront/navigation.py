"""What every page of the shop leads to: its collections and its texts."""

from collections.abc import Callable
from typing import NamedTuple

from flask import current_app, g, request

from storefront.catalog import page, shelf
from storefront.catalog.card import Shelf
from storefront.shopfront.door import blueprint
from storefront.web.database import session
from storefront.web.finished import VERSION


class Ways(NamedTuple):
    """The menu's collections, and slug and title of the footer's texts, as they are at one version of the catalogue."""

    version: int | None
    shelves: list[Shelf]
    texts: list[tuple[str, str]]


LATEST = "shopfront ways"


def _ways() -> Ways:
    """Asked for once a request, or once a version where the request carries it."""
    version: int | None = request.environ.get(VERSION)
    found: Ways | None = g.get("ways") or current_app.extensions.get(LATEST)
    if found is None or found.version != version or (version is None and "ways" not in g):
        found = Ways(version, shelf.collections(session()), page.titles(session()))
        if version is not None:
            current_app.extensions[LATEST] = found
    g.ways = found
    return found


@blueprint.app_context_processor
def navigation() -> dict[str, Callable[[], object]]:
    """For layouts."""
    return {"shelves": lambda: _ways().shelves, "texts": lambda: _ways().texts}
