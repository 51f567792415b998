"""Cancelling: Stripe's page is closed or its hold released first, and if it was paid meanwhile, the order is paid."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from storefront.orders.download import downloads_of
from storefront.orders.fulfilling import still_to_ship
from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import tell
from storefront.payments.capture import capture_of, stop
from storefront.payments.closing import CALLED_OFF, CANCELLED
from storefront.payments.command import Verb, command
from storefront.payments.holding import release
from storefront.payments.payment import PaymentState, payable_of, payments_of
from storefront.payments.refundable import Rest, rest_of
from storefront.payments.refunding import RefundError, Wish
from storefront.payments.refunding import ask as refund
from storefront.stock import hold


class NotOpenError(Exception):
    """The order is paid, ended, or its payment is on its way; the message is a sentence."""


def ask(session: Session, order: Order, by: str) -> None:
    """Call off an order, locked by the caller, or what was not sent of it. `by`: buyer, or a staff member's name.

    Nothing that is paid is cancelled without its money going back. Raises NotOpenError.
    """
    if order.state == OrderState.COMPLETED:
        undo(session, order, by)
        return
    if order.state != OrderState.OPEN:
        raise NotOpenError(f"This order is {order.state}, so there is nothing to cancel.")
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


def undoable(session: Session, order: Order) -> bool:
    """Whether the buyer can still undo the paid order alone: nothing of it went out, and something was to."""
    if order.state != OrderState.COMPLETED or not order.to_ship or order.shipped:
        return False
    return not downloads_of(session, order.id)


def undo(session: Session, order: Order, by: str) -> None:
    """Refund all that is paid and was not sent, and put it back on the shelf. Raises NotOpenError."""
    rest = rest_of(session, order)
    began = [refund for refund in rest.refunds if refund.key.startswith(_key(order))]
    unsent = still_to_ship(session, order)
    if not any(unsent.values()):
        if began:
            return
        raise NotOpenError("This order is paid, and nothing of it waits to be sent. It can only be refunded.")
    if by == "buyer" and not undoable(session, order):
        raise NotOpenError(
            "A part of this order has reached you or is on its way. Write to us, and we will find a way."
        )
    wish = _wish(rest, unsent, whole=not order.shipped)
    tell(session, order.id, f"cancellation:{order.shipped}:{len(began)}", "Cancellation of what was not sent.", by)
    try:
        refund(session, order, wish, key=f"{_key(order)}{order.shipped}:{len(rest.refunds)}", by=by)
    except RefundError as error:
        raise NotOpenError(str(error)) from error


def _wish(rest: Rest, unsent: Mapping[int, int], *, whole: bool) -> Wish:
    """`whole`: nothing was sent at all, so what is not sent by post and the shipping go back too."""
    pieces = {
        line.line.id: line.quantity if whole else min(unsent.get(line.line.id, 0), line.quantity) for line in rest.lines
    }
    put_back = {line.line.id: min(pieces[line.line.id], line.put_back) for line in rest.lines}
    why = "You get back what was not sent, because it was cancelled."
    shipping = rest.shipping if whole else 0
    due = sum(line.amount(pieces[line.line.id]) for line in rest.lines) + shipping
    amount = rest.amount if due > rest.amount else None  # less may have been taken than these things cost
    return Wish(amount=amount, pieces=pieces, put_back=put_back, shipping=shipping, why=why)


def _key(order: Order) -> str:
    return f"cancel:{order.number}:"


def _call_off(session: Session, order: Order, by: str) -> None:
    """Release the order's hold at Stripe first; if it was taken meanwhile, the order is paid."""
    holds = [payment for payment in payments_of(session, order.id) if payment.state == PaymentState.AUTHORIZED]
    if any(capture_of(session, payment.id) is not None or not stop(session, payment) for payment in holds):
        raise NotOpenError("The money of this order is being taken at this moment; it cannot be called off now.")
    tell(session, order.id, "cancellation", "Cancellation asked for.", by)
    for payment in holds:
        release(session, payment, CALLED_OFF, "The hold on the card is being released.")
