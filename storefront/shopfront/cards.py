"""Cards of products as finished pieces of HTML: the same card is rendered once, whatever page shows it.

A card holds everything that its HTML depends on, so a changed price or word makes another card.
"""

from functools import lru_cache
from typing import cast

from flask import current_app
from flask.blueprints import BlueprintSetupState
from markupsafe import Markup

from storefront.catalog.card import Card
from storefront.shopfront.door import blueprint

MOST = 5000


def card_html(card: Card, level: int, *, eager: bool) -> Markup:
    """The card under a heading of `level`. `eager`: its picture is loaded at once."""
    return _rendered(card, level, eager) if not current_app.debug else _render(card, level, eager)


def _render(card: Card, level: int, eager: bool) -> Markup:
    module = current_app.jinja_env.get_template("components/product_card.html").module
    return cast("Markup", module.product_card(card, level, eager))  # type: ignore[attr-defined]


_rendered = lru_cache(maxsize=MOST)(_render)


@blueprint.record_once
def for_templates(state: BlueprintSetupState) -> None:
    """Macros see globals of the environment, not what a request adds."""
    state.app.jinja_env.globals["card_html"] = card_html
