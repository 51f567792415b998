"""How the tests of event orders listen to what Stripe tells."""

from typing import Any

from tests.fixtures.running import until
from tests.sandbox.till import Till

COLLECTED = (
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
)
"""An invoice is made and paid at once (STRIPE.md section 12)."""
REFUNDED = ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"]
"""A refund that succeeds at once, and settles."""


def told(till: Till, session: Any) -> tuple[list[str], dict[str, Any]]:
    """The types in order, and each type's last object."""
    intent = till.v1.checkout.sessions.retrieve(session.id).payment_intent
    story = till.story(session.id, str(intent)) if intent else till.story(session.id)
    return [event.type for event in story], {event.type: event.data.object for event in story}


def settled(till: Till, intent: str) -> None:
    """Wait until charge.updated has brought the balance transaction."""
    till.sandbox.advance(3)
    until(lambda: "charge.updated" in till.types(intent), "the charge settles")
