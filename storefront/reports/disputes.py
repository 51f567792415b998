"""Disputes in figures: how often, over what, whose, why, how they ended and what they cost, month by month.

A month's disputes are those that came in it, whenever their payments were made; its payments are those that were made in
it. Counts are of all currencies; amounts are of one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.money import Money
from storefront.payments.dispute import REASONS, DisputeStatus
from storefront.reports import counting
from storefront.reports.counted_month import firsts, kept
from storefront.reports.dispute_rate import Rate, counts, share


@dataclass(slots=True)
class Tally:
    """`payments`, `disputes`: how many. `paid`, `disputed`: minor units of the report's currency."""

    payments: int = 0
    disputes: int = 0
    paid: int = 0
    disputed: int = 0

    @property
    def rate(self) -> Rate:
        """By count."""
        return Rate(self.disputes, self.payments)

    @property
    def amount_parts(self) -> int | None:
        """The rate by amount, in parts of WHOLE; None where nothing was paid."""
        return share(self.disputed, self.paid)


@dataclass(slots=True)
class Outcome:
    """Disputes by how they ended so far. `disputed`: minor units of the report's currency."""

    won: int = 0
    lost: int = 0
    undecided: int = 0
    disputed: int = 0

    @property
    def all(self) -> int:
        """Together."""
        return self.won + self.lost + self.undecided

    @property
    def win_parts(self) -> int | None:
        """Of those that a bank has decided, parts of WHOLE that were won; None while there is none."""
        return share(self.won, self.won + self.lost)


@dataclass(slots=True)
class Cost:
    """Minor units of one currency. `lost`: decided against the shop. `held`: pulled, not decided. `fees`: Stripe's."""

    currency: str
    lost: int = 0
    held: int = 0
    fees: int = 0

    def money(self, amount: int) -> Money:
        """`amount` in this currency."""
        return Money(amount, self.currency)


@dataclass(slots=True)
class DisputeReport:
    """`currencies`: all that were paid in. `months`: by their first moment, oldest first, the last one running.

    `countries`: by ISO code. `reasons`: by Stripe's word.
    """

    currency: str
    currencies: list[str]
    months: dict[datetime, Tally]
    products: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    countries: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    customers: dict[str, Tally] = field(default_factory=lambda: {kind.value: Tally() for kind in counting.Customer})
    reasons: defaultdict[str, Outcome] = field(default_factory=lambda: defaultdict(Outcome))
    costs: dict[str, Cost] = field(default_factory=dict)
    total: Tally = field(default_factory=Tally)
    outcome: Outcome = field(default_factory=Outcome)
    aside: Counter[str] = field(default_factory=Counter)
    """`inquiries` and `prevented`: what came and counts for nothing."""

    def money(self, amount: int) -> Money:
        """`amount` in the report's currency."""
        return Money(amount, self.currency)

    def cost(self, currency: str) -> Cost:
        """The row of this currency."""
        return self.costs.setdefault(currency, Cost(currency))


def ranked(tallies: dict[str, Tally]) -> list[tuple[str, Tally]]:
    """Most disputes first, then most payments."""
    return sorted(tallies.items(), key=lambda pair: (-pair[1].disputes, -pair[1].payments, pair[0]))


def ranked_reasons(found: DisputeReport) -> list[tuple[str, Outcome]]:
    """In a colleague's words, the most frequent first."""
    rows = sorted(found.reasons.items(), key=lambda pair: (-pair[1].all, pair[0]))
    return [(REASONS.get(word, word.replace("_", " ") or "no reason given"), outcome) for word, outcome in rows]


def dispute_report(session: Session, months: int, currency: str, wanted: str = "") -> DisputeReport:
    """The last `months` calendar months in UTC, the running one among them; the same few statements for any number of rows.

    Amounts are in `wanted` if anything was paid in it, else in `currency`.
    """
    edges = firsts(now(), months)
    cells, shares, rest = kept(session, edges)
    payments = [*cells, *counting.payments_by(session, rest)]
    currencies = {row.currency for row in payments}
    chosen = wanted if wanted in currencies else currency
    found = DisputeReport(chosen, sorted(currencies | {chosen}), {edge: Tally() for edge in edges})
    _add_payments(found, payments)
    _add_disputes(found, edges, counting.disputes_by(session, edges))
    shares = [*shares, *counting.payments_by_product(session, rest)]
    _add_products(found, shares, counting.disputes_by_product(session, edges))
    for name, fees in counting.fees_by_currency(session, edges[0]).items():
        found.cost(name).fees += fees
    return found


def _tallies(found: DisputeReport, month: datetime, country: str, customer: str) -> Iterable[Tally]:
    return found.total, found.months[month], found.countries[country], found.customers[customer]


def _add_payments(found: DisputeReport, rows: Iterable[counting.Cell]) -> None:
    for row in rows:
        for tally in _tallies(found, row.month, row.country, row.customer):
            tally.payments += row.many
            tally.paid += row.amount if row.currency == found.currency else 0


def _add_disputes(found: DisputeReport, edges: Sequence[datetime], rows: Iterable[Row[Any]]) -> None:
    for row in rows:
        cost = found.cost(row.currency) if row.withheld else Cost(row.currency)
        cost.lost += row.withheld if row.status == DisputeStatus.LOST else 0
        cost.held += row.withheld if row.status != DisputeStatus.LOST else 0
        if not counts(row.status):
            found.aside["prevented" if row.status == DisputeStatus.PREVENTED else "inquiries"] += row.many
            continue
        amount = row.amount if row.currency == found.currency else 0
        for tally in _tallies(found, edges[row.month], row.country, row.customer):
            tally.disputes += row.many
            tally.disputed += amount
        for outcome in (found.outcome, found.reasons[row.reason]):
            outcome.won += row.many * (row.status == DisputeStatus.WON)
            outcome.lost += row.many * (row.status == DisputeStatus.LOST)
            outcome.undecided += row.many * (row.status not in (DisputeStatus.WON, DisputeStatus.LOST))
            outcome.disputed += amount


def _add_products(found: DisputeReport, payments: Iterable[counting.Share], disputes: Iterable[Row[Any]]) -> None:
    for row in payments:
        tally = found.products[row.title]
        tally.payments += row.many
        tally.paid += row.amount if row.currency == found.currency else 0
    for one in disputes:
        if counts(one.status):
            tally = found.products[one.title]
            tally.disputes += one.many
            tally.disputed += one.amount if one.currency == found.currency else 0
