"""Settlement: one read of Stripe becomes the payment's state and everything that follows from it.

Payment, ledger, stock, order and letters change together in the caller's transaction, under the order's lock. Everything
is keyed by what it is about, so settling twice, late or out of order changes nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import tell
from storefront.payments import completing, holding
from storefront.payments.facts import Facts
from storefront.payments.ledger import EntryKind, enter
from storefront.payments.payment import Payment, PaymentState, payments_of
from storefront.payments.verdict import state_of
from storefront.stock import hold

SWEEP = timedelta(minutes=10)
PAGE_GRACE = timedelta(minutes=10)


def settle(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> str:
    """Apply `facts` to the locked `order`. `event_id`: the Stripe event that led here, or empty. Returns the verdict in words."""
    _copy(payment, facts)
    payment.state = state_of(facts)
    if facts.intent is not None and facts.intent.received:
        charge = facts.intent.charge_id or facts.intent.id
        enter(
            session, EntryKind.CHARGE, charge, facts.intent.received, facts.currency, order.id,
            balance_transaction=facts.intent.balance_transaction,
        )  # fmt: skip
    verdict = _CONSEQUENCES[PaymentState(payment.state)](session, order, payment, facts, event_id)
    payment.done_with()
    payment.waiting_since = now()
    payment.next_try = _next_look(payment)
    return verdict


def _copy(payment: Payment, facts: Facts) -> None:
    payment.session_id, payment.page_url = facts.session_id, facts.url
    intent = facts.intent
    if intent is None:
        return
    payment.intent_id, payment.charge_id = intent.id, intent.charge_id
    payment.capturable, payment.received = intent.capturable, intent.received
    payment.capture_before, payment.paid_at = intent.capture_before, intent.paid_at
    payment.card_brand, payment.card_last4, payment.declined = intent.card_brand, intent.card_last4, intent.decline


def _next_look(payment: Payment) -> datetime | None:
    if payment.state in (PaymentState.REQUESTED, PaymentState.OPEN):
        return min(now() + SWEEP, max(payment.session_expires_at + timedelta(minutes=1), now() + timedelta(minutes=1)))
    if payment.state in (PaymentState.PROCESSING, PaymentState.AUTHORIZED):
        return now() + SWEEP
    return None


def _opened(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> str:
    intent = facts.intent
    if intent is None or not intent.decline:
        return "The payment page is open; nobody has paid yet."
    key = f"declined:{intent.charge_id or intent.id}"
    tell(session, order.id, key, f"The bank declined a payment: {intent.decline}", "stripe", event_id=event_id)
    return "A card was declined; the payment page stays open for another try."


def _processing(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> str:
    order.expires_at = None
    _copy_buyer(order, facts)
    tell(
        session,
        order.id,
        f"processing:{payment.reference}",
        "The bank is processing the payment. This can take some days.",
        "stripe",
        event_id=event_id,
    )
    return "The payment is on its way; nothing is fulfilled before it arrives."


def _ended(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> str:
    """Expired, failed, or a hold that was released or lapsed: no money came of this payment."""
    others = [other for other in payments_of(session, order.id) if other.id != payment.id and other.state not in _OVER]
    if order.state == OrderState.COMPLETED or others:
        return "This payment ended unpaid; the order does not depend on it."
    if payment.release_reason == holding.REVISED and order.state == OrderState.OPEN:
        order.expires_at = now() + PAGE_GRACE
        return "The payment page was closed because the order was changed."
    hold.release(session, order.id)
    text = holding.end(session, order, payment)
    tell(session, order.id, f"ended:{payment.reference}", text, "stripe", event_id=event_id)
    return text


def _authorized(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> str:
    _copy_buyer(order, facts)
    tell(
        session, order.id, f"authorized:{payment.reference}",
        f"Stripe confirmed that {payment.money(payment.capturable)} is held on the card.", "stripe", event_id=event_id,
    )  # fmt: skip
    return holding.decide(session, order, payment, facts, event_id)


def _succeeded(session: Session, order: Order, payment: Payment, facts: Facts, event_id: str) -> str:
    _copy_buyer(order, facts)
    return completing.complete(session, order, payment, facts, event_id)


def _copy_buyer(order: Order, facts: Facts) -> None:
    order.email, order.name, order.phone = (
        facts.email or order.email,
        facts.name or order.name,
        facts.phone or order.phone,
    )
    order.address = facts.address or order.address


_OVER = (PaymentState.EXPIRED, PaymentState.FAILED, PaymentState.CANCELED)
_CONSEQUENCES = {
    PaymentState.REQUESTED: _opened,
    PaymentState.OPEN: _opened,
    PaymentState.PROCESSING: _processing,
    PaymentState.AUTHORIZED: _authorized,
    PaymentState.SUCCEEDED: _succeeded,
    PaymentState.CANCELED: _ended,
    PaymentState.EXPIRED: _ended,
    PaymentState.FAILED: _ended,
}
