"""Filling collections."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog import version
from storefront.catalog.collection import Collection, Shelving
from storefront.catalog.product import Product


def put(session: Session, handle: str, title: str, description: str, products: Sequence[str], position: int) -> bool:
    """Make the collection be so. `description`: cleaned HTML; `products`: handles in their order, unknown ones are
    left out.

    Returns False if it was so already.
    """
    shelf = session.scalar(select(Collection).where(Collection.handle == handle))
    if shelf is None:
        shelf = Collection(handle=handle)
        session.add(shelf)
    shelf.title, shelf.description, shelf.position = title, description, position
    changed = shelf in session.new or session.is_modified(shelf)
    session.flush()
    ids = {
        row.handle: row.id
        for row in session.execute(select(Product.handle, Product.id).where(Product.handle.in_(products)))
    }
    wanted = {ids[name]: place for place, name in enumerate(products) if name in ids}
    places = {
        place.product_id: place for place in session.scalars(select(Shelving).where(Shelving.collection_id == shelf.id))
    }
    for product_id in places.keys() - wanted.keys():
        session.delete(places[product_id])
    for product_id, place in wanted.items():
        if product_id not in places:
            session.add(Shelving(collection_id=shelf.id, product_id=product_id, position=place))
        else:
            places[product_id].position = place
    changed = (
        changed or bool(session.new or session.deleted) or any(session.is_modified(place) for place in places.values())
    )
    if changed:
        session.flush()
        version.move(session)
    return changed
