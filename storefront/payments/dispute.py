"""A dispute: a buyer's bank asks for a payment back, or only asks a question first (an inquiry)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money
from storefront.work import Settled


class DisputeStatus(StrEnum):
    """Stripe's words, as far as they are known; rows keep whatever word Stripe says. None of them is final."""

    INQUIRY = "warning_needs_response"
    INQUIRY_UNDER_REVIEW = "warning_under_review"
    INQUIRY_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    APPEAL = "appeal_needs_response"
    APPEAL_UNDER_REVIEW = "appeal_under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"


TO_ANSWER = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.INQUIRY, DisputeStatus.APPEAL)
AT_THE_BANK = (DisputeStatus.UNDER_REVIEW, DisputeStatus.INQUIRY_UNDER_REVIEW, DisputeStatus.APPEAL_UNDER_REVIEW)
OVER = (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.INQUIRY_CLOSED, DisputeStatus.PREVENTED)


class Dispute(Settled, Base):
    """`amount`, `withheld`: minor units of `currency`; `withheld` is what Stripe has pulled and not given back.

    `status`, `reason`, `case_type`, `reason_code`: Stripe's and the network's words. `fee`: minor units of
    `fee_currency`, what Stripe has charged for it so far. `due_by`: the last moment for an answer; None where the bank
    takes none. `refundable`: whether Stripe still lets the charge be refunded. `eligibility`: Stripe's
    `enhanced_eligibility`. `turn`: counts the changes of `status`. `submissions`: how often evidence went to the bank.
    `warned_at`: when staff were reminded of the deadline.
    """

    __tablename__ = "disputes"

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    charge_id: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    case_type: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")
    reason_code: Mapped[str] = mapped_column(default="")
    amount: Mapped[int]
    currency: Mapped[str]
    withheld: Mapped[int] = mapped_column(default=0)
    fee: Mapped[int] = mapped_column(default=0)
    fee_currency: Mapped[str] = mapped_column(default="")
    refundable: Mapped[bool] = mapped_column(default=False)
    due_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    past_due: Mapped[bool] = mapped_column(default=False)
    submissions: Mapped[int] = mapped_column(default=0)
    eligibility: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    turn: Mapped[int] = mapped_column(default=0)
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)

    __table_args__ = (
        Index("ix_disputes_opened", "opened_at"),
        Index(
            "ix_disputes_due",
            "next_try",
            sqlite_where=text("next_try IS NOT NULL"),
            postgresql_where=text("next_try IS NOT NULL"),
        ),
        Index(
            "ix_disputes_open", "id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")
        ),
    )

    def money(self, amount: int) -> Money:
        """`amount` in the dispute's currency."""
        return Money(amount, self.currency)

    @property
    def is_inquiry(self) -> bool:
        """Whether the bank only asks: no money has moved."""
        return self.status.startswith("warning_")

    @property
    def over(self) -> bool:
        """Whether the bank has said its word, for now: any of them may turn later."""
        return self.status in OVER

    @property
    def lost(self) -> int:
        """Minor units that are gone."""
        return self.withheld if self.status == DisputeStatus.LOST else 0

    @property
    def answerable(self) -> bool:
        """Whether the bank takes an answer now."""
        return self.status in TO_ANSWER and self.due_by is not None and now() <= self.due_by

    @property
    def left(self) -> str:
        """How long an answer may still come, as `8 days` or `5 hours`."""
        seconds = max((self.due_by - now()).total_seconds(), 0) if self.due_by else 0
        many, unit = (seconds // 86400, "day") if seconds >= 2 * 86400 else (seconds // 3600, "hour")
        return f"{many:.0f} {unit}{'' if many == 1 else 's'}"

    @property
    def fee_money(self) -> Money:
        """What Stripe has charged for it so far, in the account's currency."""
        return Money(self.fee, self.fee_currency or self.currency)

    @property
    def reason_words(self) -> str:
        """The reason as a colleague would say it."""
        return REASONS.get(self.reason, self.reason.replace("_", " ") or "no reason given")

    @property
    def status_words(self) -> str:
        """The status as a colleague would say it."""
        return STATUSES.get(self.status, self.status.replace("_", " "))


REASONS = {
    "bank_cannot_process": "the bank could not process the payment",
    "check_returned": "a cheque was returned",
    "credit_not_processed": "a promised refund did not come",
    "customer_initiated": "the buyer complained to the bank",
    "debit_not_authorized": "the buyer did not allow the debit",
    "duplicate": "charged twice",
    "fraudulent": "the card's owner says it was not them",
    "general": "no particular reason",
    "incorrect_account_details": "the account's details were wrong",
    "insufficient_funds": "the account had too little money",
    "noncompliant": "the payment broke a rule of the card network",
    "product_not_received": "the goods did not arrive",
    "product_unacceptable": "the goods were not as described",
    "subscription_canceled": "charged after the subscription was cancelled",
    "unrecognized": "the card's owner does not recognise the payment",
}
STATUSES: dict[str, str] = {
    DisputeStatus.INQUIRY: "inquiry to answer",
    DisputeStatus.INQUIRY_UNDER_REVIEW: "inquiry at the bank",
    DisputeStatus.INQUIRY_CLOSED: "inquiry closed",
    DisputeStatus.NEEDS_RESPONSE: "to answer",
    DisputeStatus.UNDER_REVIEW: "at the bank",
    DisputeStatus.APPEAL: "appeal to answer",
    DisputeStatus.APPEAL_UNDER_REVIEW: "appeal at the bank",
    DisputeStatus.WON: "won",
    DisputeStatus.LOST: "lost",
    DisputeStatus.PREVENTED: "prevented",
}


def disputes_of(session: Session, order_id: int) -> list[Dispute]:
    """Oldest first."""
    return list(session.scalars(select(Dispute).where(Dispute.order_id == order_id).order_by(Dispute.id)))


def dispute_with(session: Session, stripe_id: str) -> Dispute | None:
    """By Stripe's id."""
    return session.scalar(select(Dispute).where(Dispute.stripe_id == stripe_id))
