"""What every page of the shop leads to: its collections and its texts, asked for once a request."""

from collections.abc import Callable

from flask import g

from storefront.catalog import page, shelf
from storefront.catalog.card import Shelf
from storefront.shopfront.door import blueprint
from storefront.web.database import session


def shelves() -> list[Shelf]:
    """The collections of the menu."""
    if "shelves" not in g:
        g.shelves = shelf.collections(session())
    found: list[Shelf] = g.shelves
    return found


def texts() -> list[tuple[str, str]]:
    """Slug and title of the texts in the footer."""
    if "texts" not in g:
        g.texts = page.titles(session())
    found: list[tuple[str, str]] = g.texts
    return found


@blueprint.app_context_processor
def navigation() -> dict[str, Callable[[], object]]:
    """For layouts."""
    return {"shelves": shelves, "texts": texts}
