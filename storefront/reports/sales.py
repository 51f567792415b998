"""Sales net of refunds by day, product and country: every figure is an entry of the ledger, so the sums are the books'."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storefront.clock import now
from storefront.money import Money, spread
from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.payments.refund import Refund, RefundLine
from storefront.reports.ours import CHARGES, RETURNS
from storefront.reports.sheet import cell, written

SHIPPING = "Shipping"
ELSEWHERE = "Without an order"
CHUNK = 500


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
    for entries in _entries(session, currency, begin):
        orders = _orders(session, entries)
        refunds = _refunds(session, entries)
        for entry in entries:
            _add(found, entry, orders.get(entry.order_id or 0), refunds.get(entry.stripe_id))
    return found


def _entries(session: Session, currency: str, begin: datetime) -> Iterator[list[LedgerEntry]]:
    wanted = (
        select(LedgerEntry)
        .where(LedgerEntry.at >= begin, LedgerEntry.currency == currency, LedgerEntry.kind.in_(CHARGES + RETURNS))
        .order_by(LedgerEntry.at, LedgerEntry.id)
    )
    for part in session.scalars(wanted).partitions(CHUNK):
        yield list(part)


def _orders(session: Session, entries: list[LedgerEntry]) -> dict[int, Order]:
    ids = {entry.order_id for entry in entries if entry.order_id}
    wanted = select(Order).where(Order.id.in_(ids)).options(selectinload(Order.lines))
    return {order.id: order for order in session.scalars(wanted)}


def _refunds(session: Session, entries: list[LedgerEntry]) -> dict[str, Refund]:
    ids = {entry.stripe_id for entry in entries if entry.kind in RETURNS}
    wanted = select(Refund).where(Refund.stripe_id.in_(ids))
    lines = selectinload(Refund.lines).joinedload(RefundLine.line)
    return {str(refund.stripe_id): refund for refund in session.scalars(wanted.options(lines))}


def _add(found: Sales, entry: LedgerEntry, order: Order | None, refund: Refund | None) -> None:
    day = entry.at.date()
    found.days[day] = found.days.get(day, 0) + entry.amount
    if order is None:
        found.products[ELSEWHERE] += entry.amount
        found.countries[""] += entry.amount
        return
    if entry.kind in CHARGES:
        found.orders.add(order.id)
    found.countries[str(order.address.get("country") or order.country)] += entry.amount
    named = _named(refund) if refund is not None and entry.kind in RETURNS else Counter[str]()
    sign = -1 if entry.amount < 0 else 1
    rest = abs(entry.amount) - sum(named.values())
    for title, amount in named.items():
        found.products[title] += sign * amount
    for title, amount in _shares(order, rest):
        found.products[title] += sign * amount


def _named(refund: Refund) -> Counter[str]:
    """What the refund says it is for."""
    named = Counter({SHIPPING: refund.shipping} if refund.shipping else {})
    for part in refund.lines:
        named[part.line.title] += part.amount
    return named


def _shares(order: Order, amount: int) -> list[tuple[str, int]]:
    """An amount that names no product, over what was charged."""
    kept = [
        (line.title, _net(order, line.subtotal, line.discount, line.tax) * line.kept // line.quantity)
        for line in order.lines
    ]
    weights = [*kept, (SHIPPING, order.shipping)]
    parts = spread(amount, [weight for _, weight in weights])
    return [(title, part) for (title, _), part in zip(weights, parts, strict=True) if part]


def _net(order: Order, subtotal: int, discount: int, tax: int) -> int:
    return subtotal - discount + (0 if order.tax_included else tax)


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
