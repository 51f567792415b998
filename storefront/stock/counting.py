"""Stock from a file: counted once, and again only on purpose, because the shop has sold since the file was written."""

from uuid import uuid4

from sqlalchemy.orm import Session

from storefront.catalog import version
from storefront.catalog.product import Variant
from storefront.stock.level import StockLevel, StockMove, count, level_of, show, uncount, word


def counted(session: Session, variant: Variant, quantity: int | None, *, oversell: bool, again: bool) -> bool:
    """Count a flushed `variant`; `quantity`: pieces on hand, or None if it is not to be counted.

    Stock that was counted before changes only if `again`. Returns whether anything did.
    """
    level = session.get(StockLevel, variant.id)
    if level is None:
        return quantity is not None and _first(session, variant, quantity, oversell=oversell)
    if quantity is None:
        uncount(session, variant.id)
        return True
    if again and level.on_hand != quantity:
        count(session, variant.id, quantity, f"count:{uuid4().hex}", note="from a file", oversell=oversell)
        return True
    if level.oversell != oversell:
        locked = level_of(session, variant.id)
        if locked is not None:
            locked.oversell = oversell
            show(session, locked)
        return True
    return False


def _first(session: Session, variant: Variant, quantity: int, *, oversell: bool) -> bool:
    level = StockLevel(variant_id=variant.id, on_hand=quantity, held=0, oversell=oversell)
    session.add(level)
    session.add(
        StockMove(variant_id=variant.id, quantity=quantity, kind="count", key="count:first", note="from a file")
    )
    variant.shown = word(level)
    version.move(session)
    return True
