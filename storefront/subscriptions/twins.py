"""Twins: the same plan twice for one buyer, which nobody wants. A paused one counts: it goes on one day."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.subscriptions.subscription import BEGUN, Subscription, SubscriptionItem
from storefront.subscriptions.timeline import tell


def existing(session: Session, buyer_id: int, variant_id: int) -> Subscription | None:
    """The buyer's subscription to this plan that has not ended, whatever it is doing just now."""
    wanted = (
        select(Subscription)
        .join(SubscriptionItem, SubscriptionItem.subscription_id == Subscription.id)
        .where(Subscription.buyer_id == buyer_id, SubscriptionItem.variant_id == variant_id)
        .where(Subscription.status.in_(BEGUN), Subscription.gone.is_(False))
        .order_by(Subscription.id)
        .limit(1)
    )
    return session.scalar(wanted)


def flag_second(session: Session, row: Subscription) -> None:
    """Put a second one before the merchant, who can end it and refund it; we do not guess which was meant."""
    if row.buyer_id is None or row.status not in BEGUN:
        return
    for item in row.items:
        first = existing(session, row.buyer_id, item.variant_id) if item.variant_id else None
        if first is not None and first.id != row.id:
            known = f"{first.stripe_id}, {first.status}"
            row.attention = f"{row.email or 'This buyer'} had {item.name} already ({known}). Was the second one meant?"
            tell(session, row.id, "second", row.attention, "shop")
