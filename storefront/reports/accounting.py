"""The ledger for the accountant: one line for each movement of money, month by month, safe to open in a spreadsheet."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.money import Money
from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.reports.sheet import cell, written

HEADER = (
    "Date (UTC)", "Kind", "Order", "Amount", "Currency", "Buyer", "Country", "Order total", "Order tax", "Stripe id",
    "Balance transaction",
)  # fmt: skip
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


class NoMonthError(ValueError):
    """The text names no month; the message is a sentence."""


def month_of(text: str) -> tuple[datetime, datetime]:
    """`2026-11` as its first moment and that of the next month, in UTC. Raises NoMonthError."""
    match = _MONTH.fullmatch(text)
    if match is None:
        raise NoMonthError(f"'{text[:20]}' is not a month. Write it as 2026-11.")
    year, month = int(match[1]), int(match[2])
    return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def months(session: Session, most: int = 24) -> list[str]:
    """Those from the ledger's first entry to its last, as `2026-11`, newest first, at most so many."""
    first, last = (session.scalar(select(edge(LedgerEntry.at))) for edge in (func.min, func.max))
    if first is None or last is None:
        return []
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(end, max(begin, end - most + 1) - 1, -1)]


def lines(session: Session, month: str) -> Iterator[str]:
    """The CSV line by line, header first, oldest entry first. Raises NoMonthError."""
    begin, end = month_of(month)
    yield written(HEADER)
    entries = (
        select(LedgerEntry, Order)
        .outerjoin(Order, Order.id == LedgerEntry.order_id)
        .where(LedgerEntry.at >= begin, LedgerEntry.at < end)
        .order_by(LedgerEntry.at, LedgerEntry.id)
    )
    for entry, order in session.execute(entries.execution_options(yield_per=500)):
        yield written(_cells(entry, order))


def _cells(entry: LedgerEntry, order: Order | None) -> tuple[str, ...]:
    money = Money(entry.amount, entry.currency)
    totals = (str(order.money(order.total).decimal()), str(order.money(order.tax).decimal())) if order else ("", "")
    country = str(order.address.get("country") or order.country) if order else ""
    return (
        f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", entry.kind.replace("_", " "), order.number if order else "",
        str(money.decimal()), entry.currency.upper(), cell(order.name if order else ""), cell(country), *totals,
        cell(entry.stripe_id), cell(entry.balance_transaction),
    )  # fmt: skip
