"""A refund: money on its way back to the buyer, and which pieces it is for."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money
from storefront.orders.order import LineItem
from storefront.work import Settled


class RefundState(StrEnum):
    """What Stripe last said. requested: our row is committed, Stripe has not answered yet."""

    REQUESTED = "requested"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


UNDER_WAY = (RefundState.REQUESTED, RefundState.PENDING, RefundState.REQUIRES_ACTION)
OVER_WITHOUT_MONEY = (RefundState.FAILED, RefundState.CANCELED)


class Refund(Settled, Base):
    """Amounts: minor units of `currency`. `shipping`: the part of `amount` that is for shipping.

    `key`: unique per intention: of the form that asked, of the payment that is given back by itself, or `stripe:<id>`
    for one made in Stripe's Dashboard. `stripe_id`: Stripe's, once known. `reason`: Stripe's word, or `other`.
    `note`: for colleagues. `why`: for the buyer, a sentence. `by`: who asked, as in the timeline. `trouble`: why it came to nothing.
    `restocked`: its pieces were put back.
    """

    __tablename__ = "refunds"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(10))
    key: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=RefundState.REQUESTED)
    amount: Mapped[int]
    shipping: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    trouble: Mapped[str] = mapped_column(default="")
    restocked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)

    lines: Mapped[list["RefundLine"]] = relationship(order_by="RefundLine.id", cascade="all, delete-orphan")

    __table_args__ = (
        Index(
            "ix_refunds_due",
            "next_try",
            sqlite_where=text("next_try IS NOT NULL"),
            postgresql_where=text("next_try IS NOT NULL"),
        ),
    )

    def money(self, amount: int) -> Money:
        """`amount` in the refund's currency."""
        return Money(amount, self.currency)

    @property
    def counts(self) -> bool:
        """Whether its money is gone or going."""
        return self.state not in OVER_WITHOUT_MONEY


class RefundLine(Base):
    """`quantity`: pieces of the line that are refunded. `amount`: minor units for them. `put_back`: pieces for the shelf."""

    __tablename__ = "refund_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"), index=True)
    quantity: Mapped[int]
    amount: Mapped[int]
    put_back: Mapped[int] = mapped_column(default=0)

    line: Mapped[LineItem] = relationship()


def refunds_of(session: Session, order_id: int) -> list[Refund]:
    """Oldest first."""
    return list(session.scalars(select(Refund).where(Refund.order_id == order_id).order_by(Refund.id)))
