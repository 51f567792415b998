"""Holds: pieces that an order keeps from everybody else until it is paid, expired or cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.stock.level import StockLevel, StockMove, level_of, show


class HoldState(StrEnum):
    """taken: the pieces are sold and have left the house's books. released: anybody may have them."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"


class StockHold(Base):
    """`quantity`: pieces of one variant for one order."""

    __tablename__ = "stock_holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(default=HoldState.HELD)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)

    __table_args__ = (
        UniqueConstraint("order_id", "variant_id"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )


@dataclass(frozen=True, slots=True)
class Shortage:
    """`wanted` and `available`: pieces of one variant."""

    variant_id: int
    wanted: int
    available: int


class ShortError(Exception):
    """There is not enough for this order; nothing was held. `shortages` says of what."""

    def __init__(self, shortages: list[Shortage]) -> None:
        super().__init__(f"short of {len(shortages)} variants")
        self.shortages = shortages


def _holds(session: Session, order_id: int) -> dict[int, StockHold]:
    rows = session.scalars(
        select(StockHold).where(StockHold.order_id == order_id).execution_options(populate_existing=True)
    )
    return {row.variant_id: row for row in rows}


def _reserve(session: Session, level: StockLevel, more: int) -> None:
    level.held += more
    show(session, level)


def hold(session: Session, order_id: int, wanted: Mapping[int, int]) -> None:
    """Make the order's hold exactly `wanted` (pieces by variant id). Variants that are not counted need none.

    Raises ShortError, with nothing changed, when a variant has too little left. Levels are locked in one order for all.
    """
    holds = _holds(session, order_id)
    levels = {variant_id: level_of(session, variant_id) for variant_id in sorted({*wanted, *holds})}
    changes: list[tuple[StockLevel, int, int]] = []
    shortages: list[Shortage] = []
    for variant_id, level in levels.items():
        if level is None:
            continue
        row = holds.get(variant_id)
        has = row.quantity if row is not None and row.state == HoldState.HELD else 0
        wants = wanted.get(variant_id, 0)
        if wants > has and not level.oversell and level.available < wants - has:
            shortages.append(Shortage(variant_id, wants, max(level.available + has, 0)))
        changes.append((level, wants, wants - has))
    if shortages:
        raise ShortError(shortages)
    for level, wants, more in changes:
        row = holds.get(level.variant_id)
        if row is None:
            session.add(StockHold(order_id=order_id, variant_id=level.variant_id, quantity=wants))
        else:
            row.quantity, row.state = wants, HoldState.HELD
        _reserve(session, level, more)


def _held(session: Session, order_id: int) -> list[tuple[StockHold, StockLevel]]:
    """What the order still holds, each with its level, all locked before anything is changed."""
    rows = sorted(_holds(session, order_id).items())
    pairs = [(row, level_of(session, variant_id)) for variant_id, row in rows if row.state == HoldState.HELD]
    return [(row, level) for row, level in pairs if level is not None]


def release(session: Session, order_id: int) -> bool:
    """Give back what the order still holds. Returns whether there was anything; again changes nothing."""
    pairs = _held(session, order_id)
    for row, level in pairs:
        row.state = HoldState.RELEASED
        _reserve(session, level, -row.quantity)
    return bool(pairs)


def take(session: Session, order_id: int) -> bool:
    """Turn the order's hold into a sale. Returns whether there was anything to take; again changes nothing."""
    pairs = _held(session, order_id)
    for row, level in pairs:
        row.state = HoldState.TAKEN
        level.held -= row.quantity
        level.on_hand -= row.quantity
        key = f"sale:{order_id}"
        session.add(
            StockMove(variant_id=level.variant_id, quantity=-row.quantity, kind="sale", key=key, order_id=order_id)
        )
    return bool(pairs)


def kept(session: Session, order_id: int) -> bool:
    """Whether nothing of the order's hold has been given back."""
    return all(row.state != HoldState.RELEASED for row in _holds(session, order_id).values())
