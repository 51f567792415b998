"""A subscription as Stripe last described it. Stripe's word replaces ours, whatever ours was."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.catalog.plan import Terms
from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money
from storefront.work import Settled


class Status(StrEnum):
    """Stripe's eight. paused is a status of its own; `pause_collection` leaves the status as it is."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELED = "canceled"
    UNPAID = "unpaid"
    PAUSED = "paused"


OVER = (Status.CANCELED, Status.INCOMPLETE_EXPIRED)
BEGUN = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.UNPAID, Status.PAUSED)
"""Exists for its buyer: no second one of the same plan is sold beside it."""


class Subscription(Settled, Base):
    """`stripe_id`, `customer`: Stripe's. `order_id`: of the checkout that it began with. `next_try`: when it is read next.

    `cancel_at`: when it will end; `cancel_at_period_end`: Stripe's other way of saying so. `pause`: what happens to
    invoices while their collection is paused (Stripe's behaviour), else empty. `paused_why`: Stripe's reason for the
    status paused. `pauses`: how often it was paused, of either kind. `late_since`: when it became past due.
    `period_start`, `period_end`: from its items. `gone`: Stripe does not have it any more.
    `erased_at`: when the buyer was erased; what Stripe says of who they are is not copied any more.
    """

    __tablename__ = "subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    customer: Mapped[str] = mapped_column(index=True)
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("buyers.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    status: Mapped[str]
    currency: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    period_start: Mapped[datetime | None] = mapped_column(UTCDateTime)
    period_end: Mapped[datetime | None] = mapped_column(UTCDateTime)
    trial_start: Mapped[datetime | None] = mapped_column(UTCDateTime)
    trial_end: Mapped[datetime | None] = mapped_column(UTCDateTime)
    without_card: Mapped[str] = mapped_column(default="")
    cancel_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_at_period_end: Mapped[bool] = mapped_column(default=False)
    canceled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(default="")
    cancel_feedback: Mapped[str] = mapped_column(default="")
    cancel_comment: Mapped[str] = mapped_column(default="")
    pause: Mapped[str] = mapped_column(default="")
    resumes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_why: Mapped[str] = mapped_column(default="")
    pauses: Mapped[int] = mapped_column(default=0)
    late_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    card_brand: Mapped[str] = mapped_column(default="")
    card_last4: Mapped[str] = mapped_column(default="")
    card_month: Mapped[int] = mapped_column(default=0)
    card_year: Mapped[int] = mapped_column(default=0)
    gone: Mapped[bool] = mapped_column(default=False)
    attention: Mapped[str] = mapped_column(default="")
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)

    items: Mapped[list["SubscriptionItem"]] = relationship(
        order_by="SubscriptionItem.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index(
            "ix_subscriptions_due",
            "next_try",
            sqlite_where=text("next_try IS NOT NULL"),
            postgresql_where=text("next_try IS NOT NULL"),
        ),
        Index("ix_subscriptions_status", "status", "id"),
    )

    def money(self, amount: int) -> Money:
        """`amount` in the subscription's currency."""
        return Money(amount, self.currency)

    @property
    def amount(self) -> int:
        """Minor units of one period, before discounts and tax."""
        return sum(item.unit_amount * item.quantity for item in self.items)

    @property
    def what(self) -> str:
        """What is subscribed to, as in a sentence."""
        return ", ".join(
            f"{item.quantity} \N{MULTIPLICATION SIGN} {item.name}" if item.quantity > 1 else item.name
            for item in self.items
        )

    @property
    def cost(self) -> str:
        """As in a sentence: `€9.00 every month`."""
        if not self.items:
            return str(self.money(0))
        return f"{self.money(self.amount)} {Terms(self.items[0].interval, self.items[0].interval_count).every}"

    @property
    def over(self) -> bool:
        """Whether it has ended for good."""
        return self.status in OVER

    @property
    def ends_at(self) -> datetime | None:
        """When it will end, if that is decided; either of Stripe's two flags is enough."""
        if self.over:
            return None
        return self.cancel_at or (self.period_end if self.cancel_at_period_end else None)

    @property
    def paused(self) -> bool:
        """Whether nothing is collected, by status or by `pause_collection`."""
        return not self.over and (self.status == Status.PAUSED or bool(self.pause))

    @property
    def next_charge(self) -> datetime | None:
        """When money is due next, if nothing changes."""
        if self.status not in (Status.ACTIVE, Status.TRIALING, Status.PAST_DUE) or self.paused:
            return None
        if self.ends_at is not None and (self.period_end is None or self.ends_at <= self.period_end):
            return None
        return self.period_end


class SubscriptionItem(Base):
    """`unit_amount`: minor units for one of `quantity`. `variant_id`: of our plan, if it is one of ours."""

    __tablename__ = "subscription_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    price: Mapped[str]
    name: Mapped[str]
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id", ondelete="SET NULL"), index=True)
    unit_amount: Mapped[int]
    quantity: Mapped[int]
    interval: Mapped[str]
    interval_count: Mapped[int]
    period_start: Mapped[datetime] = mapped_column(UTCDateTime)
    period_end: Mapped[datetime] = mapped_column(UTCDateTime)


def take_ticket(session: Session, stripe_id: str) -> int | None:
    """The next ticket of this subscription, None where it is not known yet; commit before reading Stripe."""
    statement = (
        update(Subscription)
        .where(Subscription.stripe_id == stripe_id)
        .values(ticket=Subscription.ticket + 1)
        .returning(Subscription.ticket)
    )
    return session.scalar(statement, execution_options={"synchronize_session": False})


def lock_subscription(session: Session, stripe_id: str) -> Subscription | None:
    """Read anew and locked until the transaction ends."""
    wanted = select(Subscription).where(Subscription.stripe_id == stripe_id)
    return session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def subscription_with(session: Session, stripe_id: str) -> Subscription | None:
    """By Stripe's id."""
    return session.scalar(select(Subscription).where(Subscription.stripe_id == stripe_id))


def subscriptions_of(session: Session, buyer_id: int) -> list[Subscription]:
    """A buyer's, newest first."""
    return list(
        session.scalars(select(Subscription).where(Subscription.buyer_id == buyer_id).order_by(Subscription.id.desc()))
    )


def of_customer(session: Session, customer: str) -> list[Subscription]:
    """Those of a customer at Stripe."""
    return list(session.scalars(select(Subscription).where(Subscription.customer == customer))) if customer else []


def look_now(session: Session, buyer_id: int) -> int:
    """Have all of a buyer's subscriptions read at once: what the return from the portal does. Returns how many."""
    rows = [row for row in subscriptions_of(session, buyer_id) if not row.over]
    for row in rows:
        row.due_now()
    return len(rows)
