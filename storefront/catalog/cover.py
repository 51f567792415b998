"""Pictures that are ready to be shown, by product and by collection."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from storefront.catalog.card import Picture
from storefront.catalog.collection import Collection, Shelving
from storefront.catalog.image import ImageState, Media, ProductImage
from storefront.catalog.product import Product, Status

_SMALL = aliased(Media)
_PICTURE = (ProductImage.media_hash, ProductImage.alt, Media.width, Media.height, ProductImage.small_hash, _SMALL.width)
_Shown = tuple[str, str, int, int, str, int]
"""What a ready picture has: both hashes are set."""
_READY = ProductImage.state == ImageState.READY

_IMAGE = ProductImage.__table__.c
_LARGE_FILE = Media.__table__.alias()
_SMALL_FILE = Media.__table__.alias()
_OF_PRODUCTS = (
    select(
        _IMAGE.product_id,
        _IMAGE.media_hash,
        _IMAGE.alt,
        _LARGE_FILE.c.width,
        _LARGE_FILE.c.height,
        _IMAGE.small_hash,
        _SMALL_FILE.c.width,
    )
    .join(_LARGE_FILE, _LARGE_FILE.c.hash == _IMAGE.media_hash)
    .join(_SMALL_FILE, _SMALL_FILE.c.hash == _IMAGE.small_hash)
    .where(_IMAGE.product_id.in_(bindparam("ids", expanding=True)), _IMAGE.state == ImageState.READY)
    .order_by(_IMAGE.product_id, _IMAGE.position.desc(), _IMAGE.id.desc())
)
"""Of tables and built once, as lists are made in a hurry; the first picture of a product is read last and so wins."""


def of_products(session: Session, ids: Sequence[int]) -> dict[int, Picture]:
    """The first ready picture of each of these products."""
    found = session.connection().execute(_OF_PRODUCTS, {"ids": ids})
    return {row[0]: Picture(*cast("_Shown", row[1:])) for row in found}


def of_collections(session: Session, ids: Sequence[int]) -> dict[int, Picture]:
    """A ready picture of the first product of each of these collections that has one; long shelves are not read to the
    end.
    """
    inner = aliased(ProductImage)
    first = (
        select(inner.id)
        .join(Product, Product.id == inner.product_id)
        .join(Shelving, Shelving.product_id == Product.id)
        .where(Shelving.collection_id == Collection.id, Product.status == Status.ACTIVE, Product.published.is_(True))
        .where(inner.state == ImageState.READY)
        .order_by(Shelving.position, Shelving.product_id, inner.position)
        .limit(1)
        .correlate(Collection)
        .scalar_subquery()
    )
    found = session.execute(
        select(Collection.id, *_PICTURE)
        .select_from(Collection)
        .join(ProductImage, ProductImage.id == first)
        .join(Media, Media.hash == ProductImage.media_hash)
        .join(_SMALL, _SMALL.hash == ProductImage.small_hash)
        .where(Collection.id.in_(ids))
    )
    return {row[0]: Picture(*cast("_Shown", row[1:])) for row in found}


def all_of(session: Session, product_id: int) -> dict[int, Picture]:
    """Its ready pictures in their order, by the id of the image."""
    found = session.execute(
        select(ProductImage.id, *_PICTURE)
        .join(Media, Media.hash == ProductImage.media_hash)
        .join(_SMALL, _SMALL.hash == ProductImage.small_hash)
        .where(ProductImage.product_id == product_id, _READY)
        .order_by(ProductImage.position, ProductImage.id)
    )
    return {row[0]: Picture(*cast("_Shown", row[1:])) for row in found}
