"""Addresses of everything on show, for machines."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog import page
from storefront.catalog.collection import Collection
from storefront.catalog.product import Product, Status

MOST = 50_000
"""Addresses in one site map, by the protocol of sitemaps.org."""


def addresses(session: Session) -> Iterator[str]:
    """Paths of the pages that may be found by search engines, at most as many as one site map may hold."""
    yield from ("/", "/products")
    yield from (f"/pages/{slug}" for slug, _title in page.titles(session))
    yield from (
        f"/collections/{handle}" for handle in session.scalars(select(Collection.handle).order_by(Collection.position))
    )
    on_show = select(Product.handle).where(Product.status == Status.ACTIVE, Product.published.is_(True))
    yield from (
        f"/products/{handle}" for handle in session.scalars(on_show.order_by(Product.id.desc()).limit(MOST - 1000))
    )
