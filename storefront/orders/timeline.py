"""The order's dated timeline: what happened, and who says so."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class TimelineEntry(Base):
    """`source`: buyer, shop, stripe or a staff member's name. `event_id`: the Stripe event it rests on, if one.

    `public`: the buyer sees it.
    `key`: unique within the order where the entry may be written only once; `order.completed` is the sale itself.
    """

    __tablename__ = "timeline_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    key: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    event_id: Mapped[str] = mapped_column(default="")
    public: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (UniqueConstraint("order_id", "key"),)


def tell(
    session: Session, order_id: int, key: str, text: str, source: str, *, event_id: str = "", public: bool = True
) -> bool:
    """Write an entry unless this key is there, whose entry learns of its event. Returns whether it was new."""
    known = _known(session, order_id, key)
    if known is not None:
        known.event_id = known.event_id or event_id
        return False
    session.add(TimelineEntry(order_id=order_id, key=key, text=text, source=source, event_id=event_id, public=public))
    return True


def learn(session: Session, order_id: int, key: str, event_id: str) -> None:
    """Name the event of an entry that was written before its event came. Without such an entry nothing happens."""
    known = _known(session, order_id, key)
    if known is not None:
        known.event_id = known.event_id or event_id


def timeline_of(session: Session, order_id: int, *, public_only: bool = False) -> list[TimelineEntry]:
    """Oldest first."""
    statement = (
        select(TimelineEntry).where(TimelineEntry.order_id == order_id).order_by(TimelineEntry.at, TimelineEntry.id)
    )
    if public_only:
        statement = statement.where(TimelineEntry.public)
    return list(session.scalars(statement))


def _known(session: Session, order_id: int, key: str) -> TimelineEntry | None:
    return session.scalar(select(TimelineEntry).where(TimelineEntry.order_id == order_id, TimelineEntry.key == key))
