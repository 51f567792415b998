"""What subscriptions come to month by month: recurring revenue from paid invoices, who came, who left and why.

An invoice counts in every month whose end lies in the period that it pays, spread evenly over that period: so trials,
pauses, discounts and changes of plan are counted as they were, not as they are today.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.money import Money
from storefront.subscriptions.invoice import Invoice, InvoiceStatus
from storefront.subscriptions.subscription import Status, Subscription

MONTHS = 12
LONGEST = timedelta(days=1100)
"""How far back an invoice can lie that still pays for today: three years, Stripe's longest interval."""
DAYS_OF_A_MONTH = 30.4375
NEVER = (Status.INCOMPLETE, Status.INCOMPLETE_EXPIRED)


@dataclass(frozen=True, slots=True)
class Month:
    """`name`: as `November 2026`. `revenue`: recurring, at its end. `running`: subscriptions at its end.

    `churn`: of those that ran at its beginning, how many parts of 1,000 ended in it; None where none ran.
    """

    name: str
    revenue: Money
    began: int
    ended: int
    running: int
    churn: int | None


@dataclass(frozen=True, slots=True)
class Recurring:
    """`months`: oldest first, the last one running. `reasons`: why they ended in these months, most often first."""

    months: list[Month]
    reasons: list[tuple[str, int]]


def recurring(session: Session, currency: str) -> Recurring:
    """The last twelve months and the running one, in the store's currency."""
    edges = _edges(now(), MONTHS)
    rows = session.execute(
        select(
            Subscription.started_at, Subscription.ended_at, Subscription.cancel_reason, Subscription.cancel_feedback
        ).where(Subscription.status.not_in(NEVER), Subscription.currency == currency)
    ).all()
    periods = list(_periods(session, currency, edges[0] - LONGEST))
    months = [
        _month(begin, end, rows, sum(share for start, over, share in periods if start <= end < over), currency)
        for begin, end in pairwise(edges)
    ]
    left = [row for row in rows if row.ended_at is not None and row.ended_at >= edges[0]]
    reasons = Counter(row.cancel_feedback or row.cancel_reason or "not said" for row in left)
    return Recurring(months, reasons.most_common())


def _edges(moment: datetime, months: int) -> list[datetime]:
    """The first moments of the last months, and this moment."""
    this = moment.year * 12 + moment.month - 1
    firsts = [datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC) for number in range(this - months + 1, this + 1)]
    return [*firsts, moment]


def _month(begin: datetime, end: datetime, rows: Iterable[object], revenue: float, currency: str) -> Month:
    spans = [(row.started_at, row.ended_at) for row in rows]  # type: ignore[attr-defined]
    before = sum(start < begin and (over is None or over >= begin) for start, over in spans)
    began = sum(begin <= start < end for start, _ in spans)
    ended = sum(over is not None and begin <= over < end for _, over in spans)
    of_before = sum(start < begin and over is not None and begin <= over < end for start, over in spans)
    churn = round(1000 * of_before / before) if before else None
    return Month(f"{begin:%B %Y}", Money(round(revenue), currency), began, ended, before + began - ended, churn)


def _periods(session: Session, currency: str, since: datetime) -> Iterable[tuple[datetime, datetime, float]]:
    """Begin, end and minor units a month of each paid period; it ends early where its subscription did."""
    paid = (
        select(Invoice.lines, Invoice.subtotal, Invoice.total, Subscription.ended_at)
        .join(Subscription, Subscription.id == Invoice.subscription_id)
        .where(Invoice.status == InvoiceStatus.PAID, Invoice.currency == currency, Invoice.invoiced_at >= since)
    )
    for lines, subtotal, total, ended_at in session.execute(paid.execution_options(yield_per=500)):
        kept = total / subtotal if subtotal > 0 else 1.0
        for line in lines:
            if not line["item"] or line["proration"] or line["amount"] <= 0:
                continue
            start, end = datetime.fromtimestamp(line["start"], UTC), datetime.fromtimestamp(line["end"], UTC)
            over = min(end, ended_at) if ended_at is not None else end
            yield start, over, line["amount"] * min(kept, 1.0) / _months_in(end - start)


def _months_in(span: timedelta) -> float:
    """Whole months from 27 days on, so that February is one too."""
    months = span.total_seconds() / 86400 / DAYS_OF_A_MONTH
    return float(max(round(months), 1)) if span >= timedelta(days=27) else max(months, 1 / DAYS_OF_A_MONTH)
