"""Finding disputes: by what must be done with them, newest first, page by page."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order
from storefront.payments.dispute import OVER, TO_ANSWER, Dispute, DisputeStatus

PAGE = 50
MOST = 1000


def _open() -> ColumnElement[bool]:
    return Dispute.closed_at.is_(literal_column("NULL"))


def _to_answer() -> ColumnElement[bool]:
    return _open() & Dispute.status.in_(TO_ANSWER) & (Dispute.due_by >= now())


FILTERS: Mapping[str, str] = {"all": "All", "answer": "To answer", "bank": "Undecided", "won": "Won", "lost": "Lost"}
"""By the word in the address: what it is called."""


def find_disputes(
    session: Session, which: str = "all", before: int | None = None
) -> tuple[list[tuple[Dispute, str]], int | None]:
    """Disputes with their orders' numbers, and the id to go on from, None at the end."""
    statement = select(Dispute, Order.number).join(Order, Order.id == Dispute.order_id)
    conditions: dict[str, ColumnElement[bool]] = {
        "answer": _to_answer(),
        "bank": Dispute.status.not_in(OVER),
        "won": Dispute.status == DisputeStatus.WON,
        "lost": Dispute.status == DisputeStatus.LOST,
    }
    if which in conditions:
        statement = statement.where(conditions[which])
    if before is not None:
        statement = statement.where(Dispute.id < before)
    rows = [
        (dispute, number) for dispute, number in session.execute(statement.order_by(Dispute.id.desc()).limit(PAGE + 1))
    ]
    return rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else None


def to_answer(session: Session) -> int:
    """How many banks wait for an answer that can still come, at most MOST."""
    some = select(Dispute.id).where(_to_answer()).limit(MOST).subquery()
    return session.scalars(select(func.count()).select_from(some)).one()
