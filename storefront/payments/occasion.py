"""One settling of one payment: what was read, of which order, and how it is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.orders.order import Order
from storefront.orders.timeline import learn, tell
from storefront.payments.facts import Facts
from storefront.payments.payment import Payment

PROOFS = {
    "declined": ("payment_intent.payment_failed", "charge.failed"),
    "authorized": ("payment_intent.amount_capturable_updated", "charge.succeeded", "checkout.session.completed"),
    "processing": ("payment_intent.processing", "charge.pending", "checkout.session.completed"),
    "paid": (
        "payment_intent.succeeded", "charge.captured", "checkout.session.async_payment_succeeded", "charge.succeeded",
        "checkout.session.completed",
    ),
    "ended": ("checkout.session.expired", "checkout.session.async_payment_failed", "payment_intent.canceled", "charge.expired"),
    "review": ("review.opened",),
}  # fmt: skip
"""Which kind of Stripe's events says it best: the timeline names that one, not the one that led there."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The locked `order`, its `payment` and the `facts` read. `events`: ids of Stripe's waiting events by their type."""

    session: Session
    order: Order
    payment: Payment
    facts: Facts
    events: Mapping[str, str]

    def tell(self, what: str, text: str, *, key: str = "", public: bool = True) -> bool:
        """Write it into the order's timeline once. `what`: a word of PROOFS. Returns whether it was written now."""
        proof = self._proof(what)
        key = key or f"{what}:{self.payment.reference}"
        return tell(self.session, self.order.id, key, text, "stripe", event_id=proof, public=public)

    def learn(self, what: str) -> None:
        """Name the event that proves `what`, told before by a look at Stripe that was faster than its event."""
        learn(self.session, self.order.id, f"{what}:{self.payment.reference}", self._proof(what))

    def _proof(self, what: str) -> str:
        return next((self.events[kind] for kind in PROOFS[what] if kind in self.events), "")

    def keep_for_a_person(self, what: str, key: str, why: str) -> str:
        """Put the order before the merchant with the reason, once per `key`. Returns the reason."""
        if self.tell(what, why, key=f"{key}:{self.payment.reference}", public=False):
            self.order.attention = why
        return why
