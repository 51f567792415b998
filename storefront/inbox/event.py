"""A Stripe event as it was received."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.work import Work


class EventState(StrEnum):
    """received: waits to be applied. ignored: nothing of ours. failed: parked, a person must look."""

    RECEIVED = "received"
    APPLIED = "applied"
    IGNORED = "ignored"
    FAILED = "failed"


class StripeEvent(Work, Base):
    """`body`: the JSON as signed, card numbers masked. `object_id`: of `data.object`, empty where it has none.

    `source`: pushed (webhook), pulled (reconciliation), recovered (the same, after a backup was restored) or drill (our own).
    `verdict`: in plain words, for the merchant.
    """

    __tablename__ = "stripe_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(default="", server_default="")
    livemode: Mapped[bool]
    event_id: Mapped[str]
    type: Mapped[str]
    object_id: Mapped[str] = mapped_column(default="", server_default="", index=True)
    api_version: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    source: Mapped[str] = mapped_column(default="pushed")
    state: Mapped[str] = mapped_column(default=EventState.RECEIVED)
    verdict: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    payment_id: Mapped[int | None] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("account", "livemode", "event_id"),
        Index(
            "ix_stripe_events_due",
            "next_try",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        Index("ix_stripe_events_state", "state", "id"),
    )

    def close(self, state: EventState, verdict: str) -> None:
        """It has been dealt with."""
        self.state, self.verdict, self.applied_at = state, verdict, now()
        self.done_with()
