"""Opening a payment: the row that a Checkout Session is asked for by, and the end of one that no longer fits."""

from datetime import timedelta

from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order
from storefront.payments.closing import REVISED
from storefront.payments.command import StripeCommand, Verb, command
from storefront.payments.payment import Payment, PaymentState

LIFE = timedelta(minutes=35)
TOO_LATE = timedelta(minutes=2)
"""A page that closes so soon is not worth sending a buyer to."""


def new_payment(session: Session, order: Order) -> Payment:
    """A requested payment for what the open, locked order is now."""
    payment = Payment(
        order_id=order.id,
        lines_hash=order.lines_hash,
        capture_method="automatic" if order.capture_policy == "automatic" else "manual",
        currency=order.currency,
        amount=order.total,
        session_expires_at=now() + LIFE,
        next_try=None,
    )
    session.add(payment)
    session.flush()
    return payment


def fits(payment: Payment, order: Order) -> bool:
    """Whether a buyer can be sent to this payment's page."""
    open_long_enough = payment.session_expires_at - now() > TOO_LATE
    wanted = payment.state == PaymentState.OPEN and not payment.release_reason
    return wanted and payment.lines_hash == order.lines_hash and open_long_enough


def close(session: Session, payment: Payment) -> StripeCommand:
    """Queue the closing of a page that no longer fits its order."""
    payment.release_reason = payment.release_reason or REVISED
    return command(session, Verb.EXPIRE_SESSION, payment.reference, {"session": payment.session_id}, payment.id)
