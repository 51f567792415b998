"""Cancelling: Stripe's page is closed or its hold released first, and if it was paid meanwhile, the order is paid."""

from sqlalchemy.orm import Session

from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import tell
from storefront.payments.capture import under_way
from storefront.payments.command import Verb, command
from storefront.payments.holding import CALLED_OFF, CANCELLED, release
from storefront.payments.payment import PaymentState, payable_of, payments_of
from storefront.stock import hold


class NotOpenError(Exception):
    """The order is paid, ended, or its payment is on its way; the message is a sentence."""


def ask(session: Session, order: Order, by: str) -> None:
    """Call off an open order, locked by the caller. `by`: buyer, or a staff member's name. Raises NotOpenError."""
    if order.state != OrderState.OPEN:
        raise NotOpenError(f"This order is {order.state}; only an unpaid one can be called off here.")
    payments = payments_of(session, order.id)
    if any(payment.state == PaymentState.AUTHORIZED for payment in payments):
        _call_off(session, order, by)
        return
    if any(payment.state == PaymentState.PROCESSING for payment in payments):
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


def _call_off(session: Session, order: Order, by: str) -> None:
    """Release the order's hold at Stripe first; if it was taken meanwhile, the order is paid."""
    holds = [payment for payment in payments_of(session, order.id) if payment.state == PaymentState.AUTHORIZED]
    if any(under_way(session, payment) for payment in holds):
        raise NotOpenError("The money of this order is being taken at this moment; it cannot be called off now.")
    tell(session, order.id, "cancellation", "Cancellation asked for.", by)
    for payment in holds:
        release(session, payment, CALLED_OFF, "The hold on the card is being released.")
