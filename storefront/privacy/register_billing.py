"""What is held about a person's subscriptions: what ran and what was paid stays, for whom does not."""

from typing import Any

from storefront.clock import now
from storefront.privacy.held import WORK, Held, Row
from storefront.subscriptions.invoice import Invoice
from storefront.subscriptions.request import SubscriptionRequest
from storefront.subscriptions.subscription import Subscription, SubscriptionItem
from storefront.subscriptions.timeline import SubscriptionEntry


def _table(model: Any) -> Any:
    return model.__table__


def _entry(row: Row) -> str:
    """What was asked for, without the colleagues' note behind it."""
    text = str(row["text"])
    return f"{text.partition('. ')[0].rstrip('.')}." if row["key"].startswith("asked:") else text


HELD = (
    Held(
        _table(SubscriptionEntry),
        "What happened to your subscriptions.",
        lambda found: SubscriptionEntry.subscription_id.in_(found.person.subscriptions),
        erased={"text": _entry},
        swept=("text",),
        kept=("key", "source"),
        hidden=("source",),
    ),
    Held(
        _table(SubscriptionRequest),
        "What we were asked to do with your subscriptions.",
        lambda found: SubscriptionRequest.subscription_id.in_(found.person.subscriptions),
        erased={"note": ""},
        swept=("trouble",),
        kept=("reference", "deed", "state", "by"),
        hidden=("by",),
    ),
    Held(
        _table(SubscriptionItem),
        "What you subscribed to.",
        lambda found: SubscriptionItem.subscription_id.in_(found.person.subscriptions),
        kept=("stripe_id", "price", "name", "interval"),
    ),
    Held(
        _table(Invoice),
        "Invoices of your subscriptions.",
        lambda found: Invoice.subscription_id.in_(found.person.subscriptions),
        erased={"page_url": ""},
        swept=("failing",),
        kept=("stripe_id", "number", "status", "reason", "currency", "lines"),
    ),
    Held(
        _table(Subscription),
        "Your subscriptions, with the card that they were paid with, as far as we know it.",
        lambda found: Subscription.id.in_(found.person.subscriptions),
        erased={
            "buyer_id": None, "email": "", "name": "", "language": "", "cancel_comment": "", "card_last4": "", "card_month": 0,
            "card_year": 0, "erased_at": lambda _row: now(),
        },
        swept=("attention", "last_error"),
        kept=(
            "stripe_id", "customer", "status", "currency", "without_card", "cancel_reason", "cancel_feedback", "pause", "paused_why",
            "card_brand", *WORK,
        ),
    ),
)  # fmt: skip
