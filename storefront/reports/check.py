"""A comparison of the books with Stripe's: asked for by a person or the clock, done by the worker, kept with what it found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.work import Work

DAYS = 31
"""How far back a comparison goes unless it is told otherwise."""


class CheckState(StrEnum):
    """failed: Stripe could not be read for 72 hours, or the comparison itself is at fault."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class BooksCheck(Work, Base):
    """`days`: how far back. `repair`: what can be repaired is. `only`: the one difference that is meant, by its Stripe id.

    `totals`: JSON, by currency: minor units `ours` and `theirs`, each with `received`, `refunded` and `held`.
    """

    __tablename__ = "books_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    days: Mapped[int] = mapped_column(default=DAYS)
    repair: Mapped[bool] = mapped_column(default=False)
    only: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=CheckState.WAITING)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    orders: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    totals: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    differences: Mapped[list["DifferenceRow"]] = relationship(order_by="DifferenceRow.id", cascade="all, delete-orphan")

    __table_args__ = (
        Index(
            "ix_books_checks_due",
            "next_try",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_books_checks_state", "state", "id"),
    )


class DifferenceRow(Base):
    """`stripe_id`: what it is about at Stripe. `number`: the order's, empty where none is known. `words`: a sentence."""

    __tablename__ = "books_differences"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("books_checks.id", ondelete="CASCADE"), index=True)
    number: Mapped[str]
    stripe_id: Mapped[str]
    words: Mapped[str]
    repairable: Mapped[bool]


def ask(session: Session, asked_by: str, *, days: int = DAYS, repair: bool = False, only: str = "") -> BooksCheck:
    """A comparison for the worker to do; the one that waits already, where it is the same."""
    waiting = select(BooksCheck).where(
        BooksCheck.state == CheckState.WAITING,
        BooksCheck.days == days,
        BooksCheck.repair == repair,
        BooksCheck.only == only,
    )
    known = session.scalar(waiting.limit(1))
    if known is not None:
        return known
    check = BooksCheck(asked_by=asked_by, days=days, repair=repair, only=only)
    session.add(check)
    session.flush()
    return check


def latest(session: Session, state: CheckState = CheckState.DONE) -> BooksCheck | None:
    """The newest one in this state."""
    return session.scalar(select(BooksCheck).where(BooksCheck.state == state).order_by(BooksCheck.id.desc()).limit(1))
