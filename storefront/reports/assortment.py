"""The merchant's list of products: by words, status and stock, newest first, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, selectinload

from storefront.catalog import cover, search
from storefront.catalog.card import Picture
from storefront.catalog.product import Product, Shown, Status, Variant
from storefront.stock.level import on_hand

PAGE = 50
MOST_FOUND = 500


def _has(*words: Shown) -> ColumnElement[bool]:
    return exists().where(Variant.product_id == Product.id, Variant.active, Variant.shown.in_(words))


STATUSES: Mapping[str, tuple[str, ColumnElement[bool] | None]] = {
    "": ("All", None),
    **{status.value: (status.value.capitalize(), Product.status == status) for status in Status},
}
STOCK: Mapping[str, tuple[str, ColumnElement[bool] | None]] = {
    "": ("Any stock", None),
    "out": ("Sold out", _has(Shown.SOLD_OUT)),
    "low": ("Few left", _has(Shown.FEW, Shown.LAST)),
    "uncounted": ("Not counted", _has(Shown.UNTRACKED)),
}
"""By the word in the address: what it is called, and which products it shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`pieces`: on hand of all its variants that are counted, None where none is."""

    product: Product
    picture: Picture | None
    pieces: int | None

    @property
    def variants(self) -> list[Variant]:
        """Those that are sold."""
        return [variant for variant in self.product.variants if variant.active]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page. `older`: the id to go on from, None at the end."""

    entries: list[Entry]
    older: int | None


def listed(session: Session, *, text: str = "", status: str = "", stock: str = "", before: int | None = None) -> Listed:
    """Products of these filters that have every word of `text`, with ids below `before`."""
    wanted = select(Product).options(selectinload(Product.variants)).order_by(Product.id.desc()).limit(PAGE + 1)
    for condition in (STATUSES[status][1], STOCK[stock][1]):
        if condition is not None:
            wanted = wanted.where(condition)
    if before is not None:
        wanted = wanted.where(Product.id < before)
    if text:
        wanted = wanted.where(Product.id.in_(search.find(session, text, MOST_FOUND)))
    found = list(session.scalars(wanted))
    page = found[:PAGE]
    covers = cover.of_products(session, [product.id for product in page])
    pieces = on_hand(session, [variant.id for product in page for variant in product.variants])
    entries = [Entry(product, covers.get(product.id), _sum(product, pieces)) for product in page]
    return Listed(entries, page[-1].id if len(found) > PAGE else None)


def _sum(product: Product, pieces: Mapping[int, int]) -> int | None:
    counted = [pieces[variant.id] for variant in product.variants if variant.active and variant.id in pieces]
    return sum(counted) if counted else None
