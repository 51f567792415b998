"""Links in letters about a payment that failed: for one subscription, for one thing to do there, until a time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storefront.buyers.portal_visit import Deed
from storefront.buyers.token import name_in, token
from storefront.clock import now

AFTER_NEXT_TRY = timedelta(days=3)
PURPOSE = "dunning"


@dataclass(frozen=True, slots=True)
class DunningLink:
    """`subscription`: Stripe's id. `deed`: the only part of the portal that it opens."""

    subscription: str
    deed: Deed
    ends_at: datetime

    def token(self, secret: str) -> str:
        """What the link carries. Nothing of it is kept: whoever holds it holds a letter to the buyer."""
        return token(secret, PURPOSE, f"{self.subscription}~{self.deed}~{int(self.ends_at.timestamp())}")


def dunning_link(subscription: str, deed: Deed, next_try: datetime) -> DunningLink:
    """Good until three days after Stripe's next try."""
    return DunningLink(subscription, deed, next_try + AFTER_NEXT_TRY)


def link_of(secret: str, given: str) -> DunningLink | None:
    """The link that was made here and has not ended; None for any other text."""
    name = name_in(secret, PURPOSE, given)
    if name is None:
        return None
    subscription, deed, until = name.split("~")
    link = DunningLink(subscription, Deed(deed), datetime.fromtimestamp(int(until), UTC))
    return link if link.ends_at > now() else None
