"""Completing: the money is there, so the order is paid, the stock is sold and the receipt is queued, all at once."""

from sqlalchemy.orm import Session

from storefront.buyers.buyer import buyer_of
from storefront.clock import now
from storefront.money import spread
from storefront.orders.downloading import grant
from storefront.orders.fulfilling import recount
from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import tell
from storefront.outbox.letter import queue
from storefront.payments.allocation import amount_due, left_out_of, wanted_of
from storefront.payments.capture import capture_of
from storefront.payments.closing import CALLED_OFF, CANCELLED
from storefront.payments.facts import Facts
from storefront.payments.giving_back import gave_back_late, give_back_cancelled, give_back_late, give_back_second
from storefront.payments.occasion import Occasion
from storefront.payments.payment import Payment, payments_of
from storefront.payments.sending import send_waiting
from storefront.payments.verdict import mismatch
from storefront.stock import hold

COMPLETED = "order.completed"


def complete(occasion: Occasion) -> str:
    """Make the order paid by this payment, or keep it for a person where Stripe's figures are not the order's."""
    order, payment = occasion.order, occasion.payment
    if paid_by_another(occasion.session, order, payment):
        return give_back_second(occasion)
    if order.state == OrderState.COMPLETED or payment.settled_order:
        occasion.tell("paid", "", key=COMPLETED)
        return "The order was already paid by this payment; nothing to do."
    wrong = mismatch(order, occasion.facts)
    if wrong:
        return occasion.keep_for_a_person(
            "paid", "mismatch", f"{wrong} The payment is kept and the order not marked paid."
        )
    if gave_back_late(occasion) or not secure_stock(occasion.session, order):
        return give_back_late(occasion)
    _pay(occasion)
    return _afterwards(occasion)


def _afterwards(occasion: Occasion) -> str:
    """What else follows from the payment that made the order paid."""
    if occasion.payment.release_reason in (CANCELLED, CALLED_OFF) and occasion.payment.received:
        return give_back_cancelled(occasion)
    less = _taken_otherwise(occasion)
    if less:
        return occasion.keep_for_a_person("paid", "less", less)
    return "The order is paid." if occasion.order.plan_line else "The order is paid and the receipt queued."


def paid_by_another(session: Session, order: Order, payment: Payment) -> bool:
    """Whether a different payment has already made this order paid."""
    return any(other.settled_order for other in payments_of(session, order.id) if other.id != payment.id)


def secure_stock(session: Session, order: Order) -> bool:
    """Whether what was ordered is held for it, held again if the hold had ended. Changes nothing when there is too little."""
    if hold.kept(session, order.id):
        return True
    try:
        hold.hold(session, order.id, wanted_of(order))
    except hold.ShortError:
        return False
    return True


def copy_buyer(session: Session, order: Order, facts: Facts) -> None:
    """What the buyer told Stripe, and with it whose order this is; nothing, once they were erased."""
    if order.erased_at is not None:
        return
    order.email, order.name, order.phone = (
        facts.email or order.email,
        facts.name or order.name,
        facts.phone or order.phone,
    )
    order.address = facts.address or order.address
    if order.buyer_id is None:
        order.buyer_id = order.visitor_id or (buyer_of(session, order.email, order.name).id if order.email else None)


def _pay(occasion: Occasion) -> None:
    session, order, payment = occasion.session, occasion.order, occasion.payment
    order.complete(now())
    payment.settled_order = True
    hold.take(session, order.id)
    copy_totals(order, occasion.facts)
    recount(session, order)
    if order.email:
        if order.plan_line is None:  # the receipt of a subscription's first payment is that of its invoice
            queue(session, "receipt", order.number, order.email, order_id=order.id)
        _tell_left_out(session, order)
    if payment.received:
        said = f"Stripe confirmed the payment of {payment.money(payment.received)}."
    else:
        said = "Stripe confirmed the order; there was nothing to pay."
    occasion.tell("paid", said, key=COMPLETED)
    grant(session, order, "shop")
    send_waiting(session, order, capture_of(session, payment.id))


def _tell_left_out(session: Session, order: Order) -> None:
    missing = left_out_of(order)
    if missing:
        queue(session, "left_out", order.number, order.email, order_id=order.id, facts={"lines": missing})
        named = ", ".join(f"{line['quantity']} \N{MULTIPLICATION SIGN} {line['name']}" for line in missing)
        said = f"Left out and not charged, because it could not be sent: {named}."
        tell(session, order.id, "left_out", said, "shop")


def _taken_otherwise(occasion: Occasion) -> str:
    """Where another amount was taken from the card than was asked for here: why a person must look, in a sentence."""
    order, payment = occasion.order, occasion.payment
    asked = capture_of(occasion.session, payment.id)
    expected = asked.amount if asked else amount_due(order)
    if payment.capture_method != "manual" or payment.received == expected:
        return ""
    taken, due = payment.money(payment.received), payment.money(expected)
    what = (
        "less; what is missing can only be asked for anew" if payment.received < expected else "more; refund the rest"
    )
    return f"Stripe took {taken} where {due} was to be taken. Somebody captured {what}."


def copy_totals(order: Order, facts: Facts) -> None:
    """What Stripe came to, spread over the lines."""
    order.shipping_name = facts.shipping_name or order.shipping_name
    order.shipping, order.discount, order.tax, order.total = facts.shipping, facts.discount, facts.tax, facts.total
    weights = [line.subtotal for line in order.lines]
    taxes, discounts = spread(facts.tax, weights), spread(facts.discount, weights)
    for line, tax, discount in zip(order.lines, taxes, discounts, strict=True):
        line.tax, line.discount = tax, discount
