"""Adjusting: a person changes what is on hand, with a reason, by a move that stays."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.product import Variant
from storefront.stock.level import StockMove, count, level_of, move, uncount

MOST_PIECES = 1_000_000


class Why(StrEnum):
    """received: so many more. lost: so many less. counted: so many there are. not_counted: it can always be bought."""

    RECEIVED = "received"
    COUNTED = "counted"
    LOST = "lost"
    NOT_COUNTED = "not_counted"


class AdjustError(ValueError):
    """The stock cannot be changed like this; the message is a sentence."""


def adjust(session: Session, variant: Variant, why: Why, pieces: int, *, key: str, note: str) -> None:
    """Change what is on hand of `variant`, once per `key`. `pieces`: as `why` says. Raises AdjustError.

    A count sets what is in the house, pieces that are kept for open orders among them.
    """
    level = level_of(session, variant.id)
    if why == Why.NOT_COUNTED:
        if level is not None and level.held:
            raise AdjustError(
                f"{level.held} of these are kept for open orders; stop counting once they are paid or ended."
            )
        uncount(session, variant.id)
        variant.tracked = False
        return
    if not 0 <= pieces <= MOST_PIECES:
        raise AdjustError(f"Write a number of pieces from 0 to {MOST_PIECES:,}.")
    if level is None:
        if why == Why.LOST:
            raise AdjustError("The stock of this is not counted yet. Count it first.")
        count(session, variant.id, pieces, key, note=note, oversell=variant.oversell)
        variant.tracked = True
        return
    known = select(StockMove.id).where(StockMove.variant_id == variant.id, StockMove.key == key)
    if session.scalar(known) is not None:
        return
    change = {Why.RECEIVED: pieces, Why.LOST: -pieces, Why.COUNTED: pieces - level.on_hand}[why]
    if why == Why.LOST and pieces > level.on_hand:
        raise AdjustError(f"There are only {level.on_hand} of these. If that is wrong, count them.")
    move(session, level, change, str(why), key, note=note)


def moves_of(session: Session, variant_ids: list[int], most: int = 30) -> list[StockMove]:
    """The newest first."""
    wanted = select(StockMove).where(StockMove.variant_id.in_(variant_ids)).order_by(StockMove.id.desc()).limit(most)
    return list(session.scalars(wanted))
