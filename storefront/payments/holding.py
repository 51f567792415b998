"""Holding: money is authorised on the card, and stock decides whether it is captured or released."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.orders.fulfilling import recount
from storefront.orders.order import Order, OrderState
from storefront.orders.policy import ON_SHIPPING
from storefront.outbox.letter import queue
from storefront.payments.allocation import allocate, amount_due
from storefront.payments.capture import capture_of, taken_by_another, under_way
from storefront.payments.closing import CALLED_OFF, CANCELLED, SECOND, SOLD_OUT
from storefront.payments.command import Verb, command
from storefront.payments.completing import copy_totals
from storefront.payments.occasion import Occasion
from storefront.payments.payment import Payment, PaymentState
from storefront.payments.verdict import mismatch


def decide(occasion: Occasion) -> str:
    """Queue the capture of an authorised payment, or its release. Returns the verdict in words."""
    session, order, payment = occasion.session, occasion.order, occasion.payment
    if payment.release_reason in (SOLD_OUT, SECOND, CALLED_OFF):
        return "The hold on the card is being released."
    if payment.release_reason == CANCELLED:
        return release(session, payment, CALLED_OFF, "The order was called off; the hold on the card is released.")
    if order.state == OrderState.COMPLETED or taken_by_another(session, payment):
        return release(session, payment, SECOND, "The order is already paid; this second hold on the card is released.")
    if capture_of(session, payment.id) is None and under_way(session, payment):
        return "The capture is on its way."
    return _obstacle(occasion) or _allocate(occasion)


def _obstacle(occasion: Occasion) -> str:
    """Why the money may not be taken as things are, told where it must be; empty where it may."""
    wrong = mismatch(occasion.order, occasion.facts)
    if wrong:
        why = f"{wrong} The money is held on the card and not taken."
        return occasion.keep_for_a_person("authorized", "mismatch", why)
    if occasion.payment.under_review:
        occasion.tell("review", "The payment is being reviewed before it is taken.")
        return "Stripe is reviewing the payment; it is not captured before the review closes well."
    return ""


def _allocate(occasion: Occasion) -> str:
    session, order, payment = occasion.session, occasion.order, occasion.payment
    copy_totals(order, occasion.facts)
    if not allocate(session, order):
        return release(
            session, payment, SOLD_OUT, "The stock is gone; the hold on the card is released, nothing is charged."
        )
    asked = capture_of(session, payment.id)
    if asked is None and order.capture_policy == ON_SHIPPING and order.state == OrderState.OPEN:
        recount(session, order, reserved=True)
        return "The money stays on the card until the first parcel goes out."
    return capture(session, payment, asked.amount if asked else amount_due(order))


def capture(session: Session, payment: Payment, amount: int) -> str:
    """Queue the capture of `amount` minor units, once per payment."""
    parameters: dict[str, Any] = {"intent": payment.intent_id, "amount_to_capture": amount}
    command(session, Verb.CAPTURE, payment.reference, parameters, payment.id)
    return f"The stock is there; the capture of {payment.money(amount)} is on its way."


def release(session: Session, payment: Payment, reason: str, words: str) -> str:
    """Queue the release of the hold, once per payment. Returns `words`."""
    payment.release_reason = reason
    why = _STRIPES_WORD.get(reason, "abandoned")
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
    if payment.release_reason == CALLED_OFF:
        if was_open:
            order.cancel()
        _write(session, order, payment)
        return "The order was cancelled. The hold on the card was released; nothing was charged."
    if payment.release_reason == CANCELLED and was_open:
        order.cancel()
        return "The order was cancelled. Nothing was charged."
    if was_open:
        order.expire()
        if payment.state == PaymentState.CANCELED and payment.capture_before is not None:
            _write(session, order, payment)
    return _ENDS.get(PaymentState(payment.state), "The payment page closed before it was paid. Nothing was charged.")


def _write(session: Session, order: Order, payment: Payment) -> None:
    if order.email:
        why = "cancelled" if payment.release_reason == CALLED_OFF else "lapsed"
        queue(session, "released", payment.reference, order.email, order_id=order.id, facts={"why": why})


_STRIPES_WORD = {SECOND: "duplicate", CALLED_OFF: "requested_by_customer"}
_ENDS = {
    PaymentState.CANCELED: "The hold on the card ended before the payment was taken. Nothing was charged.",
    PaymentState.FAILED: "The bank did not carry out the payment. Nothing was charged.",
}
