"""What is done with events about disputes and early fraud warnings."""

from typing import Any

from storefront.cashier.disputes_settling import note_warning, settle_dispute_named
from storefront.cashier.outcome import Outcome
from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent

Json = dict[str, Any]
STRANGER = "About a payment that this shop did not ask for."


def dispute(till: Till, event: StripeEvent, body: Json) -> Outcome:
    """Opened, changed, money pulled or given back, closed: the dispute is read and settled."""
    return _outcome(settle_dispute_named(till, body["data"]["object"], event.event_id))


def fraud_warning(till: Till, event: StripeEvent, body: Json) -> Outcome:
    """A card's bank believes a payment to be fraud."""
    return _outcome(note_warning(till, body["data"]["object"], event.event_id))


def _outcome(found: tuple[str, int] | None) -> Outcome:
    if found is None:
        return Outcome(EventState.IGNORED, STRANGER)
    words, payment_id = found
    return Outcome(EventState.APPLIED, words, payment_id)
