"""Settlement: one read of Stripe becomes the payment's state and everything that follows from it.

Payment, ledger, stock, order and letters change together in the caller's transaction, under the order's lock. Everything
is keyed by what it is about, so settling twice, late or out of order changes nothing.
"""

from datetime import datetime, timedelta

from storefront.clock import now
from storefront.orders.order import OrderState
from storefront.payments import closing, completing, holding
from storefront.payments.facts import Facts
from storefront.payments.ledger import EntryKind, enter
from storefront.payments.occasion import Occasion
from storefront.payments.payment import Payment, PaymentState, payments_of
from storefront.payments.payment_link import link_of
from storefront.payments.verdict import state_of
from storefront.stock import hold

SWEEP = timedelta(minutes=10)
PAGE_GRACE = timedelta(minutes=10)


def settle(occasion: Occasion) -> str:
    """Apply what was read. Returns the verdict in plain words."""
    payment, facts = occasion.payment, occasion.facts
    _copy(payment, facts)
    if occasion.order.erased_at is not None:
        payment.forget_whose()
    payment.state = state_of(facts)
    intent = facts.intent
    if intent is not None and intent.received:
        enter(
            occasion.session,
            EntryKind.CHARGE,
            intent.charge_id or intent.id,
            intent.received,
            facts.currency,
            occasion.order.id,
            balance_transaction=intent.balance_transaction,
        )
    verdict = _CONSEQUENCES[PaymentState(payment.state)](occasion)
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
    payment.under_review = intent.under_review
    payment.card_brand, payment.card_last4, payment.declined = intent.card_brand, intent.card_last4, intent.decline
    payment.card_fingerprint, payment.checks = intent.card_fingerprint, intent.checks
    payment.descriptor = intent.descriptor


def _next_look(payment: Payment) -> datetime | None:
    if payment.state == PaymentState.OPEN:
        after_the_end = payment.session_expires_at + timedelta(minutes=1)
        return min(now() + SWEEP, max(after_the_end, now() + timedelta(minutes=1)))
    if payment.state in (PaymentState.PROCESSING, PaymentState.AUTHORIZED):
        return now() + SWEEP
    return None


def _open(occasion: Occasion) -> str:
    intent = occasion.facts.intent
    if intent is None or not intent.decline:
        return "The payment page is open; nobody has paid yet."
    text = f"The bank declined a payment: {intent.decline}"
    occasion.tell("declined", text, key=f"declined:{intent.charge_id or intent.id}")
    return "A card was declined; the payment page stays open for another try."


def _processing(occasion: Occasion) -> str:
    occasion.order.expires_at = None
    completing.copy_buyer(occasion.session, occasion.order, occasion.facts)
    occasion.tell("processing", "The bank is processing the payment. This can take some days.")
    return "The payment is on its way; nothing is fulfilled before it arrives."


def _authorized(occasion: Occasion) -> str:
    payment = occasion.payment
    completing.copy_buyer(occasion.session, occasion.order, occasion.facts)
    occasion.tell("authorized", f"Stripe confirmed that {payment.money(payment.capturable)} is held on the card.")
    return holding.decide(occasion)


def _succeeded(occasion: Occasion) -> str:
    occasion.learn("authorized")
    completing.copy_buyer(occasion.session, occasion.order, occasion.facts)
    return completing.complete(occasion)


def _ended(occasion: Occasion) -> str:
    """Expired, failed, or a hold that was released or lapsed: no money came of this payment."""
    session, order, payment = occasion.session, occasion.order, occasion.payment
    others = [other for other in payments_of(session, order.id) if other.id != payment.id and other.state not in _OVER]
    if order.state == OrderState.COMPLETED or others:
        return "This payment ended unpaid; the order does not depend on it."
    link = link_of(session, order.id) if order.state == OrderState.OPEN else None
    if link is not None and payment.id <= (link.after_payment_id or 0):
        return "This payment ended before the buyer was asked to pay anew; the order does not depend on it."
    if link is not None and link.live and not payment.release_reason and payment.state != PaymentState.CANCELED:
        order.expires_at = link.until
        return "The payment page closed unpaid; the buyer can still pay by the link."
    if payment.release_reason == closing.REVISED and order.state == OrderState.OPEN:
        order.expires_at = now() + PAGE_GRACE
        return "The payment page was closed because the order was changed."
    hold.release(session, order.id)
    text = holding.end(session, order, payment)
    occasion.tell("ended", text)
    return text


_OVER = (PaymentState.EXPIRED, PaymentState.FAILED, PaymentState.CANCELED)
_CONSEQUENCES = {
    PaymentState.OPEN: _open,
    PaymentState.PROCESSING: _processing,
    PaymentState.AUTHORIZED: _authorized,
    PaymentState.SUCCEEDED: _succeeded,
    PaymentState.CANCELED: _ended,
    PaymentState.EXPIRED: _ended,
    PaymentState.FAILED: _ended,
}
