"""Reminding: a bank that waits for an answer is spoken of once more before its deadline, once in each turn."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order
from storefront.payments.alerting import write_to_staff
from storefront.payments.dispute import TO_ANSWER, Dispute
from storefront.payments.disputing import said

NOTICE = timedelta(hours=72)


def remind(session: Session, most: int = 100) -> int:
    """Queue a letter to the staff for each dispute whose deadline is nearer than NOTICE. Returns of how many."""
    ending = (
        select(Dispute)
        .where(
            Dispute.closed_at.is_(None),
            Dispute.status.in_(TO_ANSWER),
            Dispute.due_by.between(now(), now() + NOTICE),
            Dispute.warned_at.is_(None),
        )
        .limit(most)
    )
    disputes = session.scalars(ending.with_for_update(skip_locked=True)).all()
    for dispute in disputes:
        dispute.warned_at = now()
        amount = dispute.money(dispute.amount)
        facts = {
            "headline": f"{dispute.left} left to answer the dispute over {amount}",
            "text": f"Nothing has gone to the bank yet about {amount}. Without an answer the money is lost.",
            "number": session.get_one(Order, dispute.order_id).number,
            "deadline": said(dispute.due_by),
            "dispute": dispute.stripe_id,
        }
        write_to_staff(session, "dispute", f"{dispute.stripe_id}:{dispute.turn}:reminder", facts)
    return len(disputes)
