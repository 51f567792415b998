"""What a payment's facts amount to: its state, and whether they are those of the order. Pure."""

from collections import Counter

from storefront.orders.order import Order
from storefront.payments.facts import Facts
from storefront.payments.payment import PaymentState

_BY_INTENT = {
    "succeeded": PaymentState.SUCCEEDED,
    "requires_capture": PaymentState.AUTHORIZED,
    "processing": PaymentState.PROCESSING,
    "canceled": PaymentState.CANCELED,
}


def state_of(facts: Facts) -> PaymentState:
    """Money decides before the session does: a paid intent wins over an expired session."""
    if facts.free:
        return PaymentState.SUCCEEDED
    status = facts.intent.status if facts.intent else ""
    if status in ("succeeded", "requires_capture"):
        return _BY_INTENT[status]
    if facts.status == "expired":
        return PaymentState.EXPIRED
    if status in _BY_INTENT:
        return _BY_INTENT[status]
    if facts.status == "complete":
        return PaymentState.FAILED
    return PaymentState.OPEN


def mismatch(order: Order, facts: Facts) -> str:
    """Why these facts are not this order's, in a sentence; empty when they are."""
    if facts.currency != order.currency:
        return f"Stripe was paid in {facts.currency.upper()}, the order is in {order.currency.upper()}."
    if facts.subtotal != order.subtotal or Counter(_pairs(facts)) != Counter(
        (line.unit_amount, line.quantity) for line in order.lines
    ):
        return f"Stripe was paid for other things than the order's {order.money(order.subtotal)}: {order.money(facts.subtotal)}."
    if order.offers and not any(
        (offer["amount"], offer["name"]) == (facts.shipping, facts.shipping_name) for offer in order.offers
    ):
        return f"Stripe was paid {order.money(facts.shipping)} for shipping, which was not offered for this order."
    if facts.discount:
        return f"Stripe took off a discount of {order.money(facts.discount)} that the order does not have."
    due = facts.subtotal + facts.shipping
    if facts.total not in (due, due + facts.tax):
        return f"Stripe's total is {order.money(facts.total)}, the order comes to {order.money(due)}."
    return ""


def _pairs(facts: Facts) -> list[tuple[int, int]]:
    return [(line.unit_amount, line.quantity) for line in facts.lines]
