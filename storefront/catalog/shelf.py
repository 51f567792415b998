"""Reading the catalogue for its pages: a fixed number of queries whatever the page holds, and keyset paging."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session, selectinload

from storefront.catalog import cover
from storefront.catalog.card import Card, Choice, Detail, Row, Shelf, best
from storefront.catalog.cleaning import CleanHtml
from storefront.catalog.collection import Collection, Shelving
from storefront.catalog.plan import Plan, Terms
from storefront.catalog.product import Kind, Product, Shown, Status, Variant
from storefront.money import Money

PAGE = 24
_ON_SHOW = (Product.status == Status.ACTIVE, Product.published.is_(True))
_CARD = (Product.id, Product.handle, Product.title, Product.vendor, Product.kind)
_VARIANT = Variant.__table__.c
_VARIANTS = select(
    _VARIANT.product_id, _VARIANT.price, _VARIANT.compare_at, _VARIANT.currency, _VARIANT.shown, _VARIANT.has_file
).where(_VARIANT.product_id.in_(bindparam("ids", expanding=True)), _VARIANT.active.is_(True))
"""Of tables, not of objects, and built once: a list that is made anew spends most of its time on its queries."""

_PLAN = Plan.__table__.c
_PLANS = (
    select(_VARIANT.product_id, _PLAN.interval, _PLAN.interval_count)
    .join(Plan.__table__, _PLAN.variant_id == _VARIANT.id)
    .where(_VARIANT.product_id.in_(bindparam("ids", expanding=True)), _VARIANT.active.is_(True))
    .order_by(_VARIANT.price.desc())
)

_PRODUCT = Product.__table__.c
_NEWEST = 2**31 - 1
_NEWEST_FIRST = (
    select(_PRODUCT.id, _PRODUCT.handle, _PRODUCT.title, _PRODUCT.vendor, _PRODUCT.kind)
    .where(_PRODUCT.status == Status.ACTIVE, _PRODUCT.published.is_(True), _PRODUCT.id < bindparam("before"))
    .order_by(_PRODUCT.id.desc())
    .limit(bindparam("count"))
)


def collections(session: Session) -> list[Shelf]:
    """All shelves in their order, without pictures: what a menu needs."""
    found = session.execute(
        select(Collection.handle, Collection.title, Collection.description).order_by(Collection.position, Collection.id)
    )
    return [Shelf(handle, title, CleanHtml(description)) for handle, title, description in found]


def pictured_collections(session: Session) -> list[Shelf]:
    """All shelves in their order, each with a picture of its first product that has one."""
    found = session.execute(
        select(Collection.id, Collection.handle, Collection.title, Collection.description).order_by(
            Collection.position, Collection.id
        )
    ).all()
    pictures = cover.of_collections(session, [row.id for row in found])
    return [Shelf(row.handle, row.title, CleanHtml(row.description), pictures.get(row.id)) for row in found]


def collection(session: Session, handle: str) -> tuple[int, Shelf] | None:
    """The shelf and its id."""
    row = session.scalar(select(Collection).where(Collection.handle == handle))
    return None if row is None else (row.id, Shelf(row.handle, row.title, CleanHtml(row.description)))


def products(session: Session, *, after: str | None = None, limit: int = PAGE) -> Row:
    """What is on show, newest first. `after`: as the last page gave it; nonsense starts from the beginning."""
    session.flush()
    before = (_numbers(after, 1) or [_NEWEST])[0]
    found = session.connection().execute(_NEWEST_FIRST, {"before": before, "count": limit + 1}).all()
    more = f"{found[limit - 1].id}" if len(found) > limit else None
    return Row(cards(session, found[:limit]), more)


def on_collection(session: Session, collection_id: int, *, after: str | None = None, limit: int = PAGE) -> Row:
    """What is on show on one shelf, in the shelf's order."""
    wanted = (
        select(*_CARD, Shelving.position)
        .join(Shelving, Shelving.product_id == Product.id)
        .where(Shelving.collection_id == collection_id, *_ON_SHOW)
        .order_by(Shelving.position, Shelving.product_id)
        .limit(limit + 1)
    )
    start = _numbers(after, 2)
    if start:
        wanted = wanted.where(tuple_(Shelving.position, Shelving.product_id) > tuple_(*start))
    found = session.execute(wanted).all()
    last = found[limit - 1] if len(found) > limit else None
    return Row(cards(session, found[:limit]), f"{last.position}.{last.id}" if last is not None else None)


def by_ids(session: Session, ids: Sequence[int]) -> tuple[Card, ...]:
    """Cards of these products that are on show, in this order."""
    found = {row.id: row for row in session.execute(select(*_CARD).where(Product.id.in_(ids), *_ON_SHOW))}
    return cards(session, [found[product_id] for product_id in ids if product_id in found])


def cards(session: Session, found: Sequence[Any]) -> tuple[Card, ...]:
    """Cards for product rows, by two more queries: their variants and their covers; by a third where there is a plan.

    Products without a variant are left out.
    """
    ids = [row.id for row in found]
    variants: dict[int, list[Any]] = defaultdict(list)
    for variant in session.connection().execute(_VARIANTS, {"ids": ids}):
        variants[variant.product_id].append(variant)
    covers = cover.of_products(session, ids)
    every = _every(session, [row.id for row in found if row.kind == Kind.PLAN])
    return tuple(
        _card(row, variants[row.id], covers.get(row.id), every.get(row.id, "")) for row in found if row.id in variants
    )


def _every(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """How often the cheapest variant of these products is paid."""
    if not ids:
        return {}
    rows = session.connection().execute(_PLANS, {"ids": ids})
    return {row.product_id: Terms(row.interval, row.interval_count).every for row in rows}


def _card(row: Any, variants: Sequence[Any], picture: Any, every: str) -> Card:
    variants = _on_offer(row.kind, variants)
    cheapest = min(variants, key=lambda variant: variant.price)
    reduced = cheapest.compare_at is not None and cheapest.compare_at > cheapest.price
    return Card(
        handle=row.handle,
        title=row.title,
        vendor=row.vendor,
        kind=Kind(row.kind),
        price=Money(cheapest.price, cheapest.currency),
        compare_at=Money(cheapest.compare_at, cheapest.currency) if reduced else None,
        from_price=any(variant.price > cheapest.price for variant in variants),
        stock=best(variant.shown for variant in variants),
        picture=picture,
        every=every,
        has_file=any(variant.has_file for variant in variants),
    )


def _on_offer(kind: str, variants: Sequence[Any]) -> Sequence[Any]:
    """Of downloads, those that have their file; all of them while none has."""
    with_file = [variant for variant in variants if variant.has_file]
    return with_file if kind == Kind.DIGITAL and with_file else variants


def product(session: Session, handle: str) -> Detail | None:
    """Everything its page shows, or None where nothing of that name is on show or has a variant."""
    row = session.scalar(select(Product).where(Product.handle == handle, *_ON_SHOW))
    if row is None:
        return None
    pictures = cover.all_of(session, row.id)
    variants = session.scalars(
        select(Variant)
        .where(Variant.product_id == row.id, Variant.active.is_(True))
        .options(selectinload(Variant.plan))
        .order_by(Variant.position, Variant.id)
    ).all()
    names = tuple(name for name in (row.option1, row.option2, row.option3) if name and name != "Title")
    choices = tuple(
        Choice(
            id=variant.id,
            title=variant.title,
            options=(variant.option1, variant.option2, variant.option3)[: len(names)],
            sku=variant.sku or "",
            price=variant.money,
            compare_at=variant.compare_at_money,
            stock=Shown(variant.shown),
            picture=pictures.get(variant.image_id or 0),
            plan=variant.plan.terms if variant.plan is not None else None,
        )
        for variant in _on_offer(row.kind, variants)
    )
    if not choices:
        return None
    return Detail(
        handle=row.handle,
        title=row.title,
        vendor=row.vendor,
        kind=Kind(row.kind),
        description=CleanHtml(row.description),
        option_names=names,
        choices=choices,
        pictures=tuple(pictures.values()),
        shelves=_shelves_of(session, row.id),
        seo_title=row.seo_title,
        seo_description=row.seo_description,
        has_file=any(variant.has_file for variant in variants),
    )


def _shelves_of(session: Session, product_id: int) -> tuple[Shelf, ...]:
    found = session.scalars(
        select(Collection)
        .join(Shelving, Shelving.collection_id == Collection.id)
        .where(Shelving.product_id == product_id)
        .order_by(Collection.position, Collection.id)
    )
    return tuple(Shelf(row.handle, row.title, CleanHtml(row.description)) for row in found)


def _numbers(text: str | None, count: int) -> list[int]:
    """The parts of a cursor, or none if somebody made it up."""
    parts = (text or "").split(".")
    sound = len(parts) == count and all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts)
    return [int(part) for part in parts] if sound else []
