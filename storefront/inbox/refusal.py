"""Deliveries that were refused: counted by reason, so that a wrong secret or a wrong clock is noticed. Their content is not kept."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Index, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime

RECENT = timedelta(hours=24)


class RefusedDelivery(Base):
    """`reason`: unset, signature, clock, malformed or mode. `count`: since `first_at`.

    `event_id`: what the last one claimed to be, unproved; if Stripe knows it, it was genuine.
    """

    __tablename__ = "refused_deliveries"

    reason: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    event_id: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (Index("ix_refused_deliveries_last_at", "last_at"),)


def count_refusal(connection: Connection, reason: str, event_id: str = "") -> None:
    """One more. `event_id`: as the delivery claims."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    moment = now()
    new = insert(RefusedDelivery).values(reason=reason, count=1, first_at=moment, last_at=moment, event_id=event_id)
    again = new.on_conflict_do_update(
        index_elements=["reason"], set_={"count": RefusedDelivery.count + 1, "last_at": moment, "event_id": event_id}
    )
    connection.execute(again)


def recent_refusals(session: Session) -> list[RefusedDelivery]:
    """Those of the last 24 hours."""
    return list(
        session.scalars(
            select(RefusedDelivery).where(RefusedDelivery.last_at > now() - RECENT).order_by(RefusedDelivery.reason)
        )
    )
