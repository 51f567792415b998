"""Erasing: where a purchase came from is kept for disputes, and no longer than one can still turn on it."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.download import Download
from storefront.orders.order import Order
from storefront.payments.dispute import Dispute

KEPT = timedelta(days=548)
"""Eighteen months: Visa looks back 365 days from a dispute, which may come 120 days and more after the purchase."""
MOST = 5000


def erase_traces(session: Session) -> int:
    """Forget internet address and browser of old orders and their downloads, but where a dispute is open. Returns how many orders."""
    before = now() - KEPT
    disputed = select(Dispute.order_id).where(Dispute.closed_at.is_(None))
    has_trace = (Order.ip != "") | (Order.user_agent != "")
    old = select(Order.id).where(Order.created_at < before, has_trace, Order.id.not_in(disputed)).limit(MOST)
    order_ids = list(session.scalars(old))
    if order_ids:
        session.execute(update(Order).where(Order.id.in_(order_ids)).values(ip="", user_agent=""))
    taken = (
        select(Download.id)
        .where(Download.at < before, Download.ip != "", Download.order_id.not_in(disputed))
        .limit(MOST)
    )
    download_ids = list(session.scalars(taken))
    if download_ids:
        session.execute(update(Download).where(Download.id.in_(download_ids)).values(ip="", user_agent=""))
    return len(order_ids)
