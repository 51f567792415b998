"""Holding: money is authorised on the card, and stock decides whether it is captured or released."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.orders.order import Order, OrderState
from storefront.outbox.letter import queue
from storefront.payments.command import Verb, command
from storefront.payments.completing import secure_stock
from storefront.payments.occasion import Occasion
from storefront.payments.payment import Payment, PaymentState
from storefront.payments.verdict import mismatch

REVISED = "revised"
CANCELLED = "cancelled"
SOLD_OUT = "sold_out"
SECOND = "second"


def decide(occasion: Occasion) -> str:
    """Queue the capture of an authorised payment, or its release. Returns the verdict in words."""
    session, order, payment, facts = occasion.session, occasion.order, occasion.payment, occasion.facts
    if payment.release_reason in (SOLD_OUT, SECOND):
        return "The hold on the card is being released."
    if order.state == OrderState.COMPLETED:
        return release(session, payment, SECOND, "The order is already paid; this second hold on the card is released.")
    wrong = mismatch(order, facts)
    if wrong:
        why = f"{wrong} The money is held on the card and not taken."
        return occasion.keep_for_a_person("authorized", "mismatch", why)
    if facts.intent is not None and facts.intent.under_review:
        occasion.tell("review", "The payment is being reviewed before it is taken.")
        return "Stripe is reviewing the payment; it is not captured before the review closes well."
    if not secure_stock(session, order):
        return release(
            session, payment, SOLD_OUT, "The stock is gone; the hold on the card is released, nothing is charged."
        )
    return capture(session, payment, payment.capturable)


def capture(session: Session, payment: Payment, amount: int) -> str:
    """Queue the capture of `amount` minor units, once per payment."""
    parameters: dict[str, Any] = {"intent": payment.intent_id, "amount_to_capture": amount}
    command(session, Verb.CAPTURE, payment.reference, parameters, payment.id)
    return "Everything ordered is in stock; the capture is on its way."


def release(session: Session, payment: Payment, reason: str, words: str) -> str:
    """Queue the release of the hold, once per payment. Returns `words`."""
    payment.release_reason = reason
    why = "duplicate" if reason == SECOND else "abandoned"
    parameters: dict[str, Any] = {"intent": payment.intent_id, "cancellation_reason": why}
    command(session, Verb.RELEASE, payment.reference, parameters, payment.id)
    return words


def end(session: Session, order: Order, payment: Payment) -> str:
    """Close the order of which no money came; its stock is already given back. Returns what happened, for the buyer."""
    was_open = order.state == OrderState.OPEN
    if payment.release_reason == SOLD_OUT:
        if was_open:
            order.cancel()
        queue(session, "sold_out", order.number, order.email, order_id=order.id)
        return "We could not keep the last piece for you. The hold on your card was released; nothing was charged."
    if payment.release_reason == CANCELLED and was_open:
        order.cancel()
        return "The order was cancelled. Nothing was charged."
    if was_open:
        order.expire()
    return _ENDS.get(PaymentState(payment.state), "The payment page closed before it was paid. Nothing was charged.")


_ENDS = {
    PaymentState.CANCELED: "The hold on the card ended before the payment was taken. Nothing was charged.",
    PaymentState.FAILED: "The bank did not carry out the payment. Nothing was charged.",
}
