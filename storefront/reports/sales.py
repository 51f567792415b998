"""Sales net of refunds by day, product and country: every figure is an entry of the ledger, so the sums are the books'."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.money import Money
from storefront.payments.ledger import LedgerEntry
from storefront.reports.ours import CHARGES, RETURNS
from storefront.reports.sheet import cell, written
from storefront.reports.sold import Sold, named, sold

ELSEWHERE = "Without an order"
CHUNK = 500
Named = Mapping[str, Mapping[str, int]]


@dataclass
class Sales:
    """Of one `currency`, in minor units. `days`: every day of the time, oldest first. `countries`: by ISO code."""

    currency: str
    since: date
    until: date
    days: dict[date, int] = field(default_factory=dict)
    products: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    orders: set[int] = field(default_factory=set)

    def money(self, amount: int) -> Money:
        """`amount` in this currency."""
        return Money(amount, self.currency)

    @property
    def total(self) -> int:
        """Net of all days."""
        return sum(self.days.values())

    def ranked(self, which: Counter[str]) -> list[tuple[str, int]]:
        """The most first."""
        return sorted(which.items(), key=lambda pair: (-pair[1], pair[0]))


def currencies(session: Session) -> list[str]:
    """In which anything was ever sold."""
    return sorted(session.scalars(select(LedgerEntry.currency).distinct()))


def sales(session: Session, currency: str, days: int) -> Sales:
    """Of the last `days` days in UTC, today among them."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    begin = midnight - timedelta(days=days - 1)
    found = Sales(currency, begin.date(), midnight.date())
    found.days = {begin.date() + timedelta(days=number): 0 for number in range(days)}
    wanted = (
        select(LedgerEntry.at, LedgerEntry.kind, LedgerEntry.amount, LedgerEntry.order_id, LedgerEntry.stripe_id)
        .where(LedgerEntry.at >= begin, LedgerEntry.currency == currency, LedgerEntry.kind.in_(CHARGES + RETURNS))
        .order_by(LedgerEntry.at, LedgerEntry.id)
    )
    for entries in session.execute(wanted).partitions(CHUNK):
        orders = sold(session, {entry.order_id for entry in entries if entry.order_id})
        refunds = named(session, {entry.stripe_id for entry in entries if entry.kind in RETURNS})
        for entry in entries:
            _add(found, entry, orders.get(entry.order_id), refunds)
    return found


def _add(found: Sales, entry: Row[datetime, str, int, int | None, str], order: Sold | None, refunds: Named) -> None:
    at, kind, amount, order_id, stripe_id = entry
    day = at.date()
    found.days[day] = found.days.get(day, 0) + amount
    if order is None:
        found.products[ELSEWHERE] += amount
        found.countries[""] += amount
        return
    if kind in CHARGES and order_id:
        found.orders.add(order_id)
    found.countries[order.country] += amount
    said = refunds.get(stripe_id, {}) if kind in RETURNS else {}
    sign = -1 if amount < 0 else 1
    for title, part in (*said.items(), *order.shares(abs(amount) - sum(said.values()))):
        found.products[title] += sign * part


def lines(found: Sales, what: str) -> Iterator[str]:
    """`what`: days, products or countries, as CSV with a header. Raises KeyError for anything else."""
    rows: dict[str, tuple[str, list[tuple[str, int]]]] = {
        "days": ("Day (UTC)", [(day.isoformat(), amount) for day, amount in sorted(found.days.items())]),
        "products": ("Product", found.ranked(found.products)),
        "countries": ("Country", found.ranked(found.countries)),
    }
    head, listed = rows[what]
    yield written((head, "Sales net of refunds", "Currency"))
    for name, amount in listed:
        yield written((cell(name), str(found.money(amount).decimal()), found.currency.upper()))
