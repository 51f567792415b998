"""How a subscription stood before Stripe was read again: what has changed is told and written about."""

from dataclasses import dataclass
from datetime import datetime

from storefront.subscriptions.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Before:
    """Of a subscription that is met for the first time `status` is empty."""

    status: str = ""
    cost: str = ""
    what: str = ""
    ends_at: datetime | None = None
    paused: bool = False
    card: tuple[str, str] = ("", "")


def before_of(row: Subscription) -> Before:
    """As it stands now."""
    return Before(row.status, row.cost, row.what, row.ends_at, row.paused, (row.card_brand, row.card_last4))
