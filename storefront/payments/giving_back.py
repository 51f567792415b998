"""Giving back: money that came without a sale goes back by itself, and its buyer is told why."""

from storefront.orders.order import OrderState
from storefront.outbox.letter import queue
from storefront.payments.occasion import Occasion
from storefront.payments.refundable import rest_of
from storefront.payments.refunding import Reason, Wish, ask, refund_with

SECOND = "This order had already been paid, so the second payment goes back to you."
CANCELLED = "Your payment arrived while the order was being cancelled, so it goes back to you."
LATE = "Your payment came after what you ordered had gone to somebody else, so nothing will be sent and your money goes back."


def give_back_second(occasion: Occasion) -> str:
    """The order is paid by another payment. Returns the verdict."""
    occasion.tell("paid", f"The order was paid a second time, with {_sum(occasion)}.", key=_key("second", occasion))
    _ask(occasion, _key("second", occasion), Reason.DUPLICATE, SECOND)
    return "The order was paid a second time; the second payment is being refunded."


def give_back_late(occasion: Occasion) -> str:
    """The stock of the order is gone: the sale does not come about. Returns the verdict."""
    order = occasion.order
    if order.state == OrderState.OPEN:
        order.cancel()
    if occasion.payment.received:
        occasion.tell(
            "paid", f"{_sum(occasion)} came too late: the stock was given to others.", key=_key("late", occasion)
        )
        _ask(occasion, _key("late", occasion), Reason.OTHER, LATE)
    elif order.email:
        queue(occasion.session, "sold_out", order.number, order.email, order_id=order.id)
    return "The payment came after its stock was given to others; it is being refunded."


def give_back_cancelled(occasion: Occasion) -> str:
    """The order was called off, but Stripe was paid first: it is paid, and all of it goes back. Returns the verdict."""
    key = _key("cancelled", occasion)
    if refund_with(occasion.session, key) is None:
        rest = rest_of(occasion.session, occasion.order)
        back = {line.line.id: line.put_back for line in rest.lines}
        pieces = {line.line.id: line.quantity for line in rest.lines}
        wish = Wish(amount=rest.amount, pieces=pieces, put_back=back, shipping=rest.shipping, why=CANCELLED)
        ask(occasion.session, occasion.order, wish, key=key, by="shop", payment=occasion.payment)
    return "The order was paid before it could be cancelled; the payment is being refunded."


def gave_back_late(occasion: Occasion) -> bool:
    """Whether that has been decided before: later stock does not bring the sale back."""
    return refund_with(occasion.session, _key("late", occasion)) is not None


def _ask(occasion: Occasion, key: str, reason: Reason, why: str) -> None:
    """All that is left of the payment: somebody may have refunded a part of it by hand."""
    if refund_with(occasion.session, key) is not None:
        return
    rest = rest_of(occasion.session, occasion.order)
    left = next((left for payment, left in rest.payments if payment.id == occasion.payment.id), 0)
    if left:
        wish = Wish(amount=left, reason=reason, why=why)
        ask(occasion.session, occasion.order, wish, key=key, by="shop", payment=occasion.payment)


def _sum(occasion: Occasion) -> str:
    return str(occasion.payment.money(occasion.payment.received))


def _key(word: str, occasion: Occasion) -> str:
    return f"{word}:{occasion.payment.reference}"
