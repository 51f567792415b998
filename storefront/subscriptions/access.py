"""Who may have what a subscription gives: one table, by status."""

from datetime import datetime, timedelta
from enum import StrEnum

from storefront.subscriptions.subscription import Status, Subscription


class Access(StrEnum):
    """grace: yes until so many days after the first payment failed."""

    YES = "yes"
    GRACE = "grace"
    NO = "no"


POLICY = {
    Status.TRIALING: Access.YES,
    Status.ACTIVE: Access.YES,
    Status.PAST_DUE: Access.GRACE,
    Status.INCOMPLETE: Access.NO,
    Status.INCOMPLETE_EXPIRED: Access.NO,
    Status.UNPAID: Access.NO,
    Status.CANCELED: Access.NO,
    Status.PAUSED: Access.NO,
}
"""`pause_collection` and a planned end change nothing: the status stays, and so does the access, to the end."""

GRACE = timedelta(days=14)
"""As long as Stripe goes on trying by its defaults."""


def has_access(subscription: Subscription, moment: datetime, grace: timedelta = GRACE) -> bool:
    """Whether its buyer has at `moment` what it gives. A status that Stripe may invent gives nothing."""
    rule = POLICY.get(Status(subscription.status), Access.NO) if subscription.status in set(Status) else Access.NO
    if subscription.gone or rule == Access.NO:
        return False
    since = subscription.late_since
    return rule == Access.YES or since is None or moment < since + grace
