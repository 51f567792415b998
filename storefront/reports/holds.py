"""The capture desk: money that waits on cards, the hold that ends first on top."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.money import Money
from storefront.orders.order import Order, OrderState
from storefront.payments.capture import held_payment, under_way
from storefront.payments.payment import Payment, PaymentState

MOST = 100
SOON = timedelta(hours=48)
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Hold:
    """`until`: when it lapses. `why_not`: why it cannot be captured by a click now, in a sentence, else empty."""

    order: Order
    amount: Money
    until: datetime | None
    why_not: str

    @property
    def soon(self) -> bool:
        """Whether less than two days are left."""
        return self.until is not None and self.until - now() < SOON

    @property
    def left(self) -> str:
        """The time left, as in `6 days, 3 hours` or `40 minutes`."""
        if self.until is None:
            return "not known"
        minutes = int((self.until - now()).total_seconds() // 60)
        if minutes <= 0:
            return "lapsed"
        days, hours = minutes // 1440, minutes % 1440 // 60
        parts = [_count(days, "day"), _count(hours, "hour")] if minutes >= 60 else [_count(minutes, "minute")]
        return ", ".join(part for part in parts if part)


def holds(session: Session) -> list[Hold]:
    """At most MOST of them."""
    rows = session.execute(
        select(Payment, Order)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.state == literal_column(f"'{PaymentState.AUTHORIZED}'"))
        .order_by(Payment.capture_before.nulls_last(), Payment.id)
        .limit(MOST)
    )
    return [_hold(session, payment, order) for payment, order in rows]


def lapsed_holds(session: Session) -> list[Order]:
    """Orders that ended because nobody took the money in time, of the last thirty days, newest first, at most 20."""
    rows = session.scalars(
        select(Order)
        .join(Payment, Payment.order_id == Order.id)
        .where(
            Payment.state == literal_column(f"'{PaymentState.CANCELED}'"),
            Payment.capture_before.between(now() - LOOK_BACK, now()),
            Payment.release_reason == "",
            Order.state == OrderState.EXPIRED,
        )
        .order_by(Payment.capture_before.desc())
        .limit(20)
    )
    return [order for order in dict.fromkeys(rows) if order.email]


def hold_of(session: Session, order: Order) -> Hold | None:
    """The order's own, as long as it can be captured or soon will be."""
    payment = held_payment(session, order)
    return _hold(session, payment, order) if payment else None


def _hold(session: Session, payment: Payment, order: Order) -> Hold:
    return Hold(order, payment.money(payment.capturable), payment.capture_before, _why_not(session, payment, order))


def _why_not(session: Session, payment: Payment, order: Order) -> str:
    if payment.release_reason:
        return "Being released."
    if payment.under_review:
        return "In review at Stripe."
    if under_way(session, payment):
        return "Being captured."
    if payment.capture_before is not None and payment.capture_before <= now():
        return "Lapsed."
    return "Needs a look first." if order.attention else ""


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}" if number else ""
