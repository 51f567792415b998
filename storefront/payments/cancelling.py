"""Cancelling an unpaid order: Stripe's page is closed first, and if it was paid meanwhile, the order is paid."""

from sqlalchemy.orm import Session

from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import tell
from storefront.payments.command import Verb, command
from storefront.payments.holding import CANCELLED
from storefront.payments.payment import PaymentState, payable_of, payments_of
from storefront.stock import hold


class NotOpenError(Exception):
    """The order is paid, ended, or its payment is on its way; the message is a sentence."""


def ask(session: Session, order: Order, by: str) -> None:
    """Call off an open order, locked by the caller. `by`: buyer, or a staff member's name. Raises NotOpenError."""
    if order.state != OrderState.OPEN:
        raise NotOpenError(f"This order is {order.state}; only an unpaid one can be called off here.")
    if any(
        payment.state in (PaymentState.PROCESSING, PaymentState.AUTHORIZED)
        for payment in payments_of(session, order.id)
    ):
        raise NotOpenError("The payment of this order is being processed; it cannot be called off at this moment.")
    tell(session, order.id, "cancellation", "Cancellation asked for.", by)
    payment = payable_of(session, order.id)
    if payment is None:
        hold.release(session, order.id)
        order.cancel()
        tell(session, order.id, "cancelled", "The order was cancelled. Nothing was charged.", "shop")
        return
    payment.release_reason = CANCELLED
    if payment.session_id:
        command(session, Verb.EXPIRE_SESSION, payment.reference, {"session": payment.session_id}, payment.id)
