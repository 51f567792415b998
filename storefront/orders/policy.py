"""When the money of an order is taken: one policy for each order, from the store's setting and its products."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cart.priced import PricedLine
from storefront.catalog.product import Product, Variant

ON_STOCK_CHECK, ON_SHIPPING, AUTOMATIC = "on_stock_check", "on_shipping", "automatic"
TAG = "capture:"
"""A product tagged `capture:on_shipping` or `capture:on_stock_check` is an exception to the store's setting."""


def policy_for(session: Session, setting: str, lines: Iterable[PricedLine]) -> str:
    """`on_shipping` only if every line allows it, and what is not sent never does."""
    lines = list(lines)
    words = {_word(tags, setting) for tags in _tags(session, [line.variant_id for line in lines])}
    if words == {ON_SHIPPING} and all(line.requires_shipping for line in lines):
        return ON_SHIPPING
    return AUTOMATIC if setting == AUTOMATIC else ON_STOCK_CHECK


def _tags(session: Session, variant_ids: list[int]) -> list[str]:
    wanted = select(Product.tags).join(Variant, Variant.product_id == Product.id).where(Variant.id.in_(variant_ids))
    return list(session.scalars(wanted))


def _word(tags: str, setting: str) -> str:
    own = {tag.strip().removeprefix(TAG) for tag in tags.split(",") if tag.strip().startswith(TAG)}
    return next((policy for policy in (ON_STOCK_CHECK, ON_SHIPPING) if policy in own), setting)
