"""Completing: the money is there, so the order is paid, the stock is sold and the receipt is queued, all at once."""

from sqlalchemy.orm import Session

from storefront.buyers.buyer import buyer_of
from storefront.clock import now
from storefront.money import spread
from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import tell
from storefront.outbox.letter import queue
from storefront.payments.facts import Facts
from storefront.payments.payment import Payment, payments_of
from storefront.payments.verdict import mismatch
from storefront.stock import hold


def complete(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> str:
    """Make the order paid by this payment, or hold it where Stripe's figures are not the order's. Returns the verdict."""
    if paid_by_another(session, order, payment):
        return _second(session, order, payment, event_id)
    if order.state == OrderState.COMPLETED:
        return "The order was already paid by this payment; nothing to do."
    wrong = mismatch(order, facts)
    if wrong:
        return keep_for_a_person(
            session,
            order,
            f"mismatch:{payment.reference}",
            f"{wrong} The payment is held and the order not marked paid.",
            event_id,
        )
    late = "" if secure_stock(session, order) else "Paid after its stock was given to others; "
    _pay(session, order, payment, facts, event_id)
    if late:
        keep_for_a_person(
            session, order, f"late:{payment.reference}", f"{late}it cannot all be sent and is to be refunded.", event_id
        )
    return f"{late}The order is paid and the receipt queued."


def paid_by_another(session: Session, order: Order, payment: Payment) -> bool:
    """Whether a different payment has already made this order paid."""
    return any(other.settled_order for other in payments_of(session, order.id) if other.id != payment.id)


def secure_stock(session: Session, order: Order) -> bool:
    """Whether what was ordered is held for it, held again if the hold had ended. Changes nothing when there is too little."""
    wanted: dict[int, int] = {}
    for line in order.lines:
        if line.variant_id is not None:
            wanted[line.variant_id] = wanted.get(line.variant_id, 0) + line.quantity
    if hold.kept(session, order.id):
        return True
    try:
        hold.hold(session, order.id, wanted)
    except hold.ShortError:
        return False
    return True


def keep_for_a_person(session: Session, order: Order, key: str, why: str, event_id: str) -> str:
    """Put the order before the merchant with the reason, once per `key`. Returns the reason."""
    if tell(session, order.id, key, why, "stripe", event_id=event_id, public=False):
        order.attention = why
    return why


def _second(session: Session, order: Order, payment: Payment, event_id: str) -> str:
    why = f"The order was paid a second time ({payment.money(payment.received)}, {payment.intent_id}); the second payment is to be refunded."
    return keep_for_a_person(session, order, f"second:{payment.reference}", why, event_id)


def _pay(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> None:
    order.complete(now())
    payment.settled_order = True
    hold.take(session, order.id)
    order.shipping_name = facts.shipping_name or order.shipping_name
    order.shipping, order.discount, order.tax, order.total = facts.shipping, facts.discount, facts.tax, facts.total
    weights = [line.subtotal for line in order.lines]
    for line, tax, discount in zip(
        order.lines, spread(facts.tax, weights), spread(facts.discount, weights), strict=True
    ):
        line.tax, line.discount = tax, discount
    if order.email:
        buyer = buyer_of(session, order.email, order.name)
        order.buyer_id = buyer.id
        queue(session, "receipt", order.number, order.email, order_id=order.id)
    received = payment.money(payment.received)
    said = (
        f"Stripe confirmed the payment of {received}."
        if payment.received
        else "Stripe confirmed the order; there was nothing to pay."
    )
    tell(session, order.id, "order.completed", said, "stripe", event_id=event_id)
