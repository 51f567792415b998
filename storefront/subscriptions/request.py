"""What a merchant asks Stripe to do with a subscription: a row that says who, when and why, carried out by a command."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class Deed(StrEnum):
    """end_later: with the paid time. end_now: at once. stay: takes end_later back. pause: no invoice is collected."""

    END_LATER = "end_later"
    END_NOW = "end_now"
    STAY = "stay"
    PAUSE = "pause"
    RESUME = "resume"


class RequestState(StrEnum):
    """asked: Stripe has not answered yet. done: it said that it did it. confirmed: a look at it agreed."""

    ASKED = "asked"
    DONE = "done"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class SubscriptionRequest(Base):
    """`by`: the staff member's name. `note`: why, for colleagues. `trouble`: why Stripe refused."""

    __tablename__ = "subscription_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(10))
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True)
    deed: Mapped[str]
    state: Mapped[str] = mapped_column(default=RequestState.ASKED)
    by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    trouble: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (
        Index(
            "uq_subscription_requests_asked",
            "subscription_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )


def waiting_request(session: Session, subscription_id: int) -> SubscriptionRequest | None:
    """The one that Stripe has not answered yet."""
    return session.scalar(
        select(SubscriptionRequest).where(
            SubscriptionRequest.subscription_id == subscription_id, SubscriptionRequest.state == RequestState.ASKED
        )
    )


def request_with(session: Session, reference: str) -> SubscriptionRequest:
    """By its reference."""
    return session.scalars(select(SubscriptionRequest).where(SubscriptionRequest.reference == reference)).one()
