"""Subscriptions and invoices as rows, for what needs no Stripe."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.subscriptions.invoice import Invoice
from storefront.subscriptions.subscription import Subscription, SubscriptionItem


def a_subscription(
    session: Session, stripe_id: str = "sub_1", *, price: int = 900, interval: str = "month", **facts: Any
) -> Subscription:
    """One item of `price` minor units, running since a month ago."""
    begin = facts.pop("period_start", now() - timedelta(days=1))
    end = begin + timedelta(days=365 if interval == "year" else 30)
    row = Subscription(
        **{
            "stripe_id": stripe_id, "customer": f"cus_{stripe_id}", "status": "active", "currency": "eur", "email": "ada@buyer.example",
            "name": "Ada Field", "started_at": now() - timedelta(days=31), "period_start": begin, "period_end": end,
            "next_try": None, **facts,
        }
    )  # fmt: skip
    row.items = [
        SubscriptionItem(
            stripe_id=f"si_{stripe_id}", position=1, price="price_1", name="Tea box", unit_amount=price, quantity=1,
            interval=interval, interval_count=1, period_start=begin, period_end=end,
        )
    ]  # fmt: skip
    session.add(row)
    session.flush()
    return row


def a_paid_invoice(
    session: Session, row: Subscription, start: datetime, end: datetime, amount: int = 900, **facts: Any
) -> Invoice:
    """Of one period."""
    line = {
        "name": "Tea box", "quantity": 1, "amount": amount, "start": int(start.timestamp()), "end": int(end.timestamp()),
        "proration": False, "item": "si_1", "price": "price_1",
    }  # fmt: skip
    invoice = Invoice(
        **{
            "stripe_id": f"in_{row.stripe_id}_{int(start.timestamp())}", "subscription_id": row.id, "number": "A-0001",
            "status": "paid", "reason": "subscription_cycle", "currency": "eur", "subtotal": amount, "discount": 0, "tax": 0,
            "total": amount, "paid": amount, "remaining": 0, "attempts": 1, "invoiced_at": start, "paid_at": start,
            "lines": [line], **facts,
        }
    )  # fmt: skip
    session.add(invoice)
    session.flush()
    return invoice


def day(year: int, month: int, number: int = 1) -> datetime:
    """A day's first moment, in UTC."""
    return datetime(year, month, number, tzinfo=UTC)
