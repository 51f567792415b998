"""How much there is of a variant, and the moves that made it so."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.catalog import version
from storefront.catalog.product import Shown, Variant
from storefront.clock import now
from storefront.db import Base, UTCDateTime

FEW = 3


class StockLevel(Base):
    """`on_hand`: pieces in the house. `held`: of these, promised to open orders. Only tracked variants have one."""

    __tablename__ = "stock_levels"

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    oversell: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("held >= 0", name="held_not_negative"),)

    @property
    def available(self) -> int:
        """Pieces that the next buyer can have."""
        return self.on_hand - self.held


class StockMove(Base):
    """A signed change of what is on hand. `key`: unique business key, so that no move happens twice."""

    __tablename__ = "stock_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), index=True)
    quantity: Mapped[int]
    kind: Mapped[str]
    key: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (UniqueConstraint("variant_id", "key"),)


def word(level: StockLevel) -> Shown:
    """What buyers are told. Where more may be sold than there is, an empty shelf is not mentioned."""
    if level.available <= 0:
        return Shown.UNTRACKED if level.oversell else Shown.SOLD_OUT
    if level.available == 1:
        return Shown.LAST
    return Shown.FEW if level.available <= FEW else Shown.IN_STOCK


def show(session: Session, level: StockLevel) -> None:
    """Write the word to the variant if it changed, and only then move the catalogue's version."""
    session.flush()
    said = word(level)
    changed = update(Variant).where(Variant.id == level.variant_id, Variant.shown != said).values(shown=said)
    if session.execute(changed.returning(Variant.id)).first() is not None:
        version.move(session)


def available(session: Session, variant_ids: Iterable[int]) -> dict[int, int]:
    """Pieces that can be bought, by variant id. A variant that is not counted, or may be oversold, is absent."""
    levels = session.scalars(
        select(StockLevel).where(StockLevel.variant_id.in_(list(variant_ids)), StockLevel.oversell.is_(False))
    )
    return {level.variant_id: level.available for level in levels}


def on_hand(session: Session, variant_ids: Iterable[int]) -> dict[int, int]:
    """Pieces in the house, by variant id, of the variants that are counted."""
    wanted = select(StockLevel.variant_id, StockLevel.on_hand).where(StockLevel.variant_id.in_(list(variant_ids)))
    return {row.variant_id: row.on_hand for row in session.execute(wanted)}


def level_of(session: Session, variant_id: int) -> StockLevel | None:
    """Locked for change."""
    return session.scalar(
        select(StockLevel)
        .where(StockLevel.variant_id == variant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def count(session: Session, variant_id: int, on_hand: int, key: str, *, note: str = "", oversell: bool = False) -> None:
    """Set what is on hand, as a move that makes the difference.

    `on_hand`: pieces; the same `key` again does nothing.
    """
    level = level_of(session, variant_id)
    if level is None:
        level = StockLevel(variant_id=variant_id, on_hand=0, held=0)
        session.add(level)
        session.flush()
    level.oversell = oversell
    move(session, level, on_hand - level.on_hand, "count", key, note=note)
    show(session, level)


def move(
    session: Session,
    level: StockLevel,
    quantity: int,
    kind: str,
    key: str,
    *,
    order_id: int | None = None,
    note: str = "",
) -> bool:
    """Change what is on hand by `quantity` pieces, once per `key`. Returns whether it did."""
    known = select(StockMove.id).where(StockMove.variant_id == level.variant_id, StockMove.key == key)
    if session.scalar(known) is not None:
        return False
    session.add(
        StockMove(variant_id=level.variant_id, quantity=quantity, kind=kind, key=key, order_id=order_id, note=note)
    )
    level.on_hand += quantity
    show(session, level)
    return True


def uncount(session: Session, variant_id: int) -> None:
    """Stop counting a variant that nobody holds: it can always be bought. Its moves stay."""
    level = level_of(session, variant_id)
    if level is None or level.held:
        return
    session.delete(level)
    session.flush()
    session.execute(update(Variant).where(Variant.id == variant_id).values(shown=Shown.UNTRACKED))
    version.move(session)
