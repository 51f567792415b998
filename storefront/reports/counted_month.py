"""Finished months, counted once: a report reads what was kept of them, and counts the running month itself.

A payment of a finished month can still change: it is captured late, or was not known. The months' sums, out of an index,
tell which are to be counted again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import JSON, BigInteger, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.reports import counting
from storefront.reports.counting import Cell, Share

FINISHED = 24
AT_ONCE = 6


class CountedMonth(Base):
    """`month`: its first moment. `many`, `received`: payments and their sum in all currencies, to tell whether it has changed.

    `cells`, `shares`: as counting's Cell (without its month) and Share, in their order.
    """

    __tablename__ = "counted_months"

    month: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    many: Mapped[int]
    received: Mapped[int] = mapped_column(BigInteger)
    cells: Mapped[list[list[Any]]] = mapped_column(JSON)
    shares: Mapped[list[list[Any]]] = mapped_column(JSON)
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


def firsts(moment: datetime, months: int) -> list[datetime]:
    """The first moments of the last months, this one's last."""
    this = moment.year * 12 + moment.month - 1
    return [datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC) for number in range(this - months + 1, this + 1)]


def kept(session: Session, edges: Sequence[datetime]) -> tuple[list[Cell], list[Share], Sequence[datetime]]:
    """What is kept of the first of these months, and the months that must be counted: the last one, the running, at least."""
    rows = session.scalars(select(CountedMonth).where(CountedMonth.month >= edges[0], CountedMonth.month < edges[-1]))
    known = {row.month: row for row in rows}
    ready = [known[edge] for edge in takewhile(known.__contains__, edges)]
    cells = [Cell(row.month, *cell) for row in ready for cell in row.cells]
    return cells, [Share(*share) for row in ready for share in row.shares], edges[len(ready) :]


def changed_months(session: Session) -> list[CountedMonth]:
    """Finished months that are not kept or have changed, counted anew, oldest first, at most AT_ONCE; the caller stores them."""
    *edges, until = firsts(now(), FINISHED + 1)
    found = counting.sums(session, edges, until)
    rows = select(CountedMonth.month, CountedMonth.many, CountedMonth.received).where(CountedMonth.month >= edges[0])
    known = {month: (many, received) for month, many, received in session.execute(rows)}
    changed = [month for month in edges if known.get(month) != found.get(month, (0, 0))]
    ends = dict(zip(edges, [*edges[1:], until], strict=True))
    return [_counted(session, month, ends[month], found.get(month, (0, 0))) for month in changed[:AT_ONCE]]


def _counted(session: Session, month: datetime, end: datetime, sums: tuple[int, int]) -> CountedMonth:
    many, received = sums
    cells = [list(cell[1:]) for cell in counting.payments_by(session, [month], end)]
    shares = [list(share) for share in counting.payments_by_product(session, [month], end)]
    return CountedMonth(month=month, many=many, received=received, cells=cells, shares=shares, counted_at=now())
