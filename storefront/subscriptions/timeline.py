"""The subscription's dated timeline: what happened, and who says so."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class SubscriptionEntry(Base):
    """`source`: stripe, shop, or a staff member's name. `key`: unique within the subscription."""

    __tablename__ = "subscription_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    key: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]

    __table_args__ = (UniqueConstraint("subscription_id", "key"),)


def tell(session: Session, subscription_id: int, key: str, text: str, source: str = "stripe") -> bool:
    """Write an entry unless this key is there. Returns whether it was new."""
    known = select(SubscriptionEntry.id).where(
        SubscriptionEntry.subscription_id == subscription_id, SubscriptionEntry.key == key
    )
    if session.scalar(known) is not None:
        return False
    session.add(SubscriptionEntry(subscription_id=subscription_id, key=key, text=text, source=source))
    return True


def timeline_of(session: Session, subscription_id: int) -> list[SubscriptionEntry]:
    """Oldest first."""
    wanted = select(SubscriptionEntry).where(SubscriptionEntry.subscription_id == subscription_id)
    return list(session.scalars(wanted.order_by(SubscriptionEntry.at, SubscriptionEntry.id)))
