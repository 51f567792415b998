"""A shop's history of payments and disputes: told by chance as plain facts, and written as rows in bulk."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storefront.buyers.buyer import Buyer
from storefront.clock import now
from storefront.orders.order import LineItem, Order
from storefront.payments.dispute import Dispute
from storefront.payments.payment import Payment
from storefront.subscriptions.invoice import Invoice
from tests.reports.bulk import pour
from tests.subscriptions.rows import a_subscription

TITLES = [f"Tea {number}" for number in range(40)]
COUNTRIES = ("DE", "FR", "US", "AT")
STATUSES = (
    "needs_response",
    "under_review",
    "won",
    "lost",
    "lost",
    "warning_closed",
    "prevented",
    "new_word_of_stripe",
)
REASONS = ("fraudulent", "product_not_received", "subscription_canceled")


@dataclass(frozen=True)
class Sale:
    """`lines`: title, minor units of one, pieces. `received` has the shipping too; 0: never paid."""

    id: int
    buyer: int | None
    country: str
    currency: str
    received: int
    lines: tuple[tuple[str, int, int], ...]
    paid_at: datetime | None
    renewal: bool


@dataclass(frozen=True)
class Complaint:
    """`fee`: minor units of euros, the account's currency."""

    id: int
    sale: Sale
    status: str
    reason: str
    amount: int
    withheld: int
    fee: int
    opened_at: datetime


def tell(many: int, days: int, seed: int = 7) -> tuple[list[Sale], list[Complaint]]:
    """So many orders over the last `days` days, most of them paid, about one in 150 disputed up to 60 days later."""
    chance, end = random.Random(seed), now()  # noqa: S311 - no secret
    sales = [
        _sale(chance, number, end - timedelta(days=days) * (1 - number / (many + 1))) for number in range(1, many + 1)
    ]
    disputed = [sale for sale in sales if sale.received and chance.random() < 1 / 150]
    complaints = []
    for number, sale in enumerate(disputed, 1):
        opened = sale.paid_at + (end - sale.paid_at) * chance.random() * min(1, 60 / days)
        status = chance.choice(STATUSES)
        amount = chance.choice((sale.received, max(sale.received // 2, 1)))
        moved = not status.startswith("warning") and status != "prevented"
        withheld = amount if moved and status != "won" else 0
        complaints.append(
            Complaint(number, sale, status, chance.choice(REASONS), amount, withheld, 1500 if moved else 0, opened)
        )
    return sales, complaints


def _sale(chance: random.Random, number: int, at: datetime) -> Sale:
    titles = chance.sample(TITLES, chance.choice((1, 1, 1, 2, 3)))
    lines = tuple((title, chance.randrange(300, 9000), chance.choice((1, 1, 2))) for title in titles)
    received = sum(price * pieces for _, price, pieces in lines) + 490
    paid = chance.random() < 0.95
    return Sale(
        number, chance.randrange(1, 1 + number // 2) if number > 2 and chance.random() < 0.98 else None, chance.choice(COUNTRIES),
        chance.choice(("eur", "eur", "eur", "usd")), received if paid else 0, lines, at if paid else None,
        paid and chance.random() < 0.15,
    )  # fmt: skip


def write(session: Session, sales: Sequence[Sale], complaints: Sequence[Complaint]) -> None:
    """As rows; the caller commits."""
    buyers = sorted({sale.buyer for sale in sales if sale.buyer})
    pour(
        session, Buyer, ("id", "email", "reference"), ((one, f"buyer-{one}@buyer.example", f"b{one}") for one in buyers)
    )
    pour(
        session, Order,
        ("id", "number", "reference", "cart_id", "capture_policy", "state", "buyer_id", "country", "currency", "subtotal", "total",
         "completed_at"),
        ((sale.id, f"H{sale.id}", f"h{sale.id}", f"h{sale.id}", "automatic", "completed" if sale.received else "expired", sale.buyer,
          sale.country, sale.currency, sale.received, sale.received, sale.paid_at) for sale in sales),
    )  # fmt: skip
    pour(
        session, LineItem, ("order_id", "position", "handle", "title", "unit_amount", "quantity"),
        ((sale.id, place, "", *line) for sale in sales for place, line in enumerate(sale.lines, 1)),
    )  # fmt: skip
    pour(
        session, Payment,
        ("id", "reference", "order_id", "state", "lines_hash", "capture_method", "currency", "amount", "received", "session_expires_at",
         "paid_at", "next_try"),
        ((sale.id, f"h{sale.id}", sale.id, "succeeded" if sale.received else "expired", "", "automatic", sale.currency, sale.received,
          sale.received, now(), sale.paid_at, None) for sale in sales),
    )  # fmt: skip
    subscription = a_subscription(session).id
    pour(
        session, Invoice,
        ("stripe_id", "subscription_id", "order_id", "status", "reason", "currency", "subtotal", "discount", "tax", "total", "paid",
         "remaining", "attempts", "invoiced_at", "paid_at"),
        ((f"in_{sale.id}", subscription, sale.id, "paid", "subscription_cycle", sale.currency, sale.received, 0, 0, sale.received,
          sale.received, 0, 1, sale.paid_at, sale.paid_at) for sale in sales if sale.renewal),
    )  # fmt: skip
    pour(
        session, Dispute,
        ("id", "stripe_id", "order_id", "payment_id", "status", "reason", "amount", "currency", "withheld", "fee", "fee_currency",
         "opened_at", "next_try"),
        ((one.id, f"du_{one.id}", one.sale.id, one.sale.id, one.status, one.reason, one.amount, one.sale.currency, one.withheld,
          one.fee, "eur" if one.fee else "", one.opened_at, None) for one in complaints),
    )  # fmt: skip
