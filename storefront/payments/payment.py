"""A payment: one Checkout Session and what came of it."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money
from storefront.work import Settled


class PaymentState(StrEnum):
    """What Stripe last said. requested: our row is committed, Stripe has not answered yet."""

    REQUESTED = "requested"
    OPEN = "open"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    EXPIRED = "expired"
    FAILED = "failed"


PAYABLE = (PaymentState.REQUESTED, PaymentState.OPEN)


class Payment(Settled, Base):
    """Amounts: minor units of `currency`. `amount`: what the session asks. `capturable`: held on the card. `received`: captured.

    `lines_hash`: of the lines and shipping that the session was made for. `capture_before`: when the hold lapses.
    `next_try`: when it is read next.
    `page_url`: Stripe's page, while the session is open. `release_reason`: why we closed it.
    `under_review`: Stripe looks for fraud. `warned_at`: when the merchants were told that the hold ends soon.
    `settled_order`: it made the order paid. `card_fingerprint`: Stripe's, the same for the same card on this account.
    `descriptor`: what the card's statement says of it, as Stripe composed it; empty for other ways to pay.
    `checks`: what Stripe and the bank verified, by what was checked: `risk`, `score`, `cvc`, `line1`, `postal_code`,
    `three_d_secure`, `network`, `billing` (the address).
    """

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(10))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    state: Mapped[str] = mapped_column(default=PaymentState.REQUESTED)
    lines_hash: Mapped[str]
    capture_method: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[int]
    capturable: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    session_id: Mapped[str | None] = mapped_column(unique=True)
    page_url: Mapped[str] = mapped_column(default="")
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str] = mapped_column(default="")
    session_expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    capture_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    declined: Mapped[str] = mapped_column(default="")
    card_brand: Mapped[str] = mapped_column(default="")
    card_last4: Mapped[str] = mapped_column(default="")
    card_fingerprint: Mapped[str] = mapped_column(default="")
    descriptor: Mapped[str] = mapped_column(default="")
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    under_review: Mapped[bool] = mapped_column(default=False)
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    release_reason: Mapped[str] = mapped_column(default="")
    settled_order: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)

    __table_args__ = (
        Index(
            "uq_payments_payable",
            "order_id",
            unique=True,
            sqlite_where=text("state IN ('requested', 'open')"),
            postgresql_where=text("state IN ('requested', 'open')"),
        ),
        Index(
            "ix_payments_due",
            "next_try",
            sqlite_where=text("next_try IS NOT NULL"),
            postgresql_where=text("next_try IS NOT NULL"),
        ),
        Index(
            "ix_payments_card",
            "card_fingerprint",
            sqlite_where=text("card_fingerprint <> ''"),
            postgresql_where=text("card_fingerprint <> ''"),
        ),
        Index("ix_payments_last4", "card_last4", "paid_at"),
        Index(
            "ix_payments_paid",
            "paid_at",
            "currency",
            "received",
            "order_id",
            sqlite_where=text("received > 0"),
            postgresql_where=text("received > 0"),
        ),
        Index(
            "ix_payments_held",
            "order_id",
            sqlite_where=text("state = 'authorized'"),
            postgresql_where=text("state = 'authorized'"),
        ),
        Index(
            "ix_payments_lapsed",
            "capture_before",
            sqlite_where=text("state = 'canceled'"),
            postgresql_where=text("state = 'canceled'"),
        ),
    )

    def money(self, amount: int) -> Money:
        """`amount` in the payment's currency."""
        return Money(amount, self.currency)

    def forget_whose(self) -> None:
        """Keep of the card only its brand: the buyer was erased."""
        self.page_url = self.card_last4 = self.card_fingerprint = ""
        self.checks = {}


def payments_of(session: Session, order_id: int) -> list[Payment]:
    """Oldest first."""
    return list(session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)))


def payable_of(session: Session, order_id: int) -> Payment | None:
    """The one payment of the order that a buyer could pay now."""
    return session.scalar(select(Payment).where(Payment.order_id == order_id, Payment.state.in_(PAYABLE)))
