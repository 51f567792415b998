"""Events of sessions, intents, charges, reviews and refunds: all of them speak of one payment."""

from typing import Any

from storefront.cashier import subjects
from storefront.cashier.outcome import Outcome
from storefront.cashier.refunds_settling import settle_refunds_of
from storefront.cashier.settling import NotYetError, settle
from storefront.cashier.subscription_events import settle_invoice_of
from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent

Json = dict[str, Any]
STRANGER = "About a payment that this shop did not ask for."


def payment(till: Till, event: StripeEvent, body: Json) -> Outcome | None:
    """Settle the payment, which closes all its waiting events."""
    payment_id = _payment_id(till, body)
    if payment_id is None:
        by_invoice = settle_invoice_of(till, subjects.intent_id(body))
        payment_id = _payment_id(till, body) if by_invoice else None
        if payment_id is None:
            return by_invoice or _unknown(till, body)
    with till.sessions.begin() as session:
        session.add(event)
        event.payment_id = payment_id
    settle(till, payment_id)
    return None


def refunds(till: Till, event: StripeEvent, body: Json) -> Outcome | None:
    """Settle the refund, or find those that were made elsewhere."""
    payment_id = _payment_id(till, body)
    if payment_id is None and settle_invoice_of(till, subjects.intent_id(body)):
        payment_id = _payment_id(till, body)
    if payment_id is None:
        return _unknown(till, body)
    verdict = settle_refunds_of(till, payment_id, subjects.refund_id(body), event.event_id)
    return Outcome(EventState.APPLIED, verdict, payment_id)


def _unknown(till: Till, body: Json) -> Outcome:
    if subjects.claims_to_be_ours(body, till.settings.store_id):
        raise NotYetError("no payment of this store has the reference that the event carries")
    return Outcome(EventState.IGNORED, STRANGER)


def _payment_id(till: Till, body: Json) -> int | None:
    store_id = till.settings.store_id
    with till.sessions() as session:
        found = subjects.payment_known(session, body, store_id)
    if found is None:
        checkout = subjects.session_of_intent(till, body)
        if checkout is not None:
            with till.sessions() as session:
                found = subjects.payment_known(session, {"data": {"object": checkout}}, store_id)
    return found.id if found else None
