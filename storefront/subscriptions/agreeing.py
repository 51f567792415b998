"""Agreeing: whether what Stripe says is what a merchant had asked for. If not, Stripe's word counts, and the timeline says so."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.subscriptions.request import Deed, RequestState, SubscriptionRequest
from storefront.subscriptions.subscription import Subscription
from storefront.subscriptions.timeline import tell

WORDS = {
    Deed.END_LATER: "end it with the paid time",
    Deed.END_NOW: "end it at once",
    Deed.STAY: "let it go on",
    Deed.PAUSE: "pause it",
    Deed.RESUME: "go on with it",
}
"""Each fits after `asked to`."""
_HOLDS: dict[str, Callable[[Subscription], bool]] = {
    Deed.END_LATER: lambda row: row.ends_at is not None or row.over,
    Deed.END_NOW: lambda row: row.over,
    Deed.STAY: lambda row: row.ends_at is None and not row.over,
    Deed.PAUSE: lambda row: row.paused or row.over,
    Deed.RESUME: lambda row: not row.paused,
}


def compare(session: Session, row: Subscription) -> None:
    """Confirm what was done as asked; what was not is told once, and not asked for again."""
    done = select(SubscriptionRequest).where(
        SubscriptionRequest.subscription_id == row.id, SubscriptionRequest.state == RequestState.DONE
    )
    for request in session.scalars(done.order_by(SubscriptionRequest.id)):
        request.state = RequestState.CONFIRMED
        if not _HOLDS[request.deed](row):
            asked = f"{request.by} had asked to {WORDS[Deed(request.deed)]}, but Stripe says otherwise. Stripe's word counts."
            tell(session, row.id, f"conflict:{request.reference}", asked)
