"""An invoice of a subscription, as Stripe last described it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money


class InvoiceStatus(StrEnum):
    """Stripe's."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


SETTLED = (InvoiceStatus.PAID, InvoiceStatus.VOID)
"""Nothing more comes of these."""


class Invoice(Base):
    """Amounts: minor units of `currency`. `reason`: Stripe's billing reason. `page_url`: Stripe's page for the buyer.

    `lines`: `name`, `quantity`, `amount`, `start`, `end` (unix seconds), `proration`, `item` (Stripe's id of the
    subscription's item, empty for other lines) and `price`, each. `attempts`: how often payment was tried by plan.
    `order_id`: what was sold by it: the checkout's own order for the first, one of its own for each later.
    """

    __tablename__ = "invoices"

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    number: Mapped[str] = mapped_column(default="")
    status: Mapped[str]
    reason: Mapped[str]
    currency: Mapped[str]
    subtotal: Mapped[int]
    discount: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    paid: Mapped[int]
    remaining: Mapped[int]
    attempts: Mapped[int]
    next_attempt: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failing: Mapped[str] = mapped_column(default="")
    page_url: Mapped[str] = mapped_column(default="")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    invoiced_at: Mapped[datetime] = mapped_column(UTCDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)

    __table_args__ = (Index("ix_invoices_paid", "paid_at"),)

    def money(self, amount: int) -> Money:
        """`amount` in the invoice's currency."""
        return Money(amount, self.currency)

    @property
    def settled(self) -> bool:
        """Whether nothing more comes of it."""
        return self.status in SETTLED


def invoices_of(session: Session, subscription_id: int) -> list[Invoice]:
    """Newest first."""
    wanted = select(Invoice).where(Invoice.subscription_id == subscription_id)
    return list(session.scalars(wanted.order_by(Invoice.invoiced_at.desc(), Invoice.id.desc())))


def invoice_with(session: Session, stripe_id: str) -> Invoice | None:
    """By Stripe's id."""
    return session.scalar(select(Invoice).where(Invoice.stripe_id == stripe_id))


def unsettled_since(session: Session, subscription_id: int) -> datetime | None:
    """When the oldest invoice began that may still change, or else the newest; None where none is known."""
    rows = invoices_of(session, subscription_id)
    waiting = [row.invoiced_at for row in rows if not row.settled]
    return min(waiting) if waiting else max((row.invoiced_at for row in rows), default=None)
