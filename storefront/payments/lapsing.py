"""Holds that end soon: the merchants are told in time, once for each payment."""

from datetime import timedelta

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order
from storefront.outbox.letter import queue
from storefront.payments.payment import Payment, PaymentState
from storefront.staff.member import Member

NOTICE = timedelta(hours=48)


def warn(session: Session, most: int = 200) -> int:
    """Queue a letter to everybody on the staff for each hold that lapses within NOTICE. Returns of how many payments."""
    ending = (
        select(Payment)
        .where(
            Payment.state == literal_column(f"'{PaymentState.AUTHORIZED}'"),
            Payment.capture_before <= now() + NOTICE,
            Payment.warned_at.is_(None),
        )
        .order_by(Payment.capture_before)
        .limit(most)
    )
    payments = session.scalars(ending.with_for_update(skip_locked=True)).all()
    staff = session.scalars(select(Member).where(Member.active)).all() if payments else []
    for payment in payments:
        payment.warned_at = now()
        number = session.get_one(Order, payment.order_id).number
        facts = {
            "amount": str(payment.money(payment.capturable)),
            "until": f"{payment.capture_before:%d %B %Y, %H:%M} UTC",
            "number": number,
        }
        for member in staff:
            queue(session, "hold_ending", f"{payment.reference}:{member.id}", member.email, facts=facts)
    return len(payments)
