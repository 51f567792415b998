"""Work that waits is a row: claimed under a lease, retried with growing pauses, parked when it is hopeless.

An unreachable partner (`unreachable`) is no fault of the row's: it is tried for 72 hours and does not count as an attempt.
Our own exceptions and permanent refusals (`failed_once`) count, and park the row after eight.
Claiming is one statement's worth of locking on both databases: SKIP LOCKED on PostgreSQL, BEGIN IMMEDIATE on SQLite.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, or_, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from storefront import pan
from storefront.clock import now
from storefront.db import UTCDateTime

Row = TypeVar("Row", bound="Work")
Look = TypeVar("Look", bound="Settled")
LEASE = timedelta(seconds=60)
PATIENCE = timedelta(hours=72)
ATTEMPTS = 8
LONGEST_PAUSE = timedelta(minutes=15)
log = logging.getLogger(__name__)


class Work:
    """The columns of a row that waits to be worked on."""

    __tablename__: str
    id: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[datetime | None] = mapped_column(UTCDateTime, default=now)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claimed_by: Mapped[str] = mapped_column(default="")
    waiting_since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_error: Mapped[str] = mapped_column(default="")

    def due_now(self) -> None:
        """Try again at once, with patience and attempts as if new: what a person's "Retry" means."""
        self.next_try = self.waiting_since = now()
        self.lease_until, self.attempts, self.last_error = None, 0, ""

    def done_with(self) -> None:
        """Nothing more to do."""
        self.next_try = self.lease_until = None
        self.claimed_by, self.last_error = "", ""

    def later(self, pause: timedelta) -> None:
        """Back to the queue for `pause`."""
        self.lease_until, self.claimed_by = None, ""
        self.next_try = now() + pause

    def unreachable(self, why: str) -> bool:
        """A partner did not answer. Returns False, and parks the row, once it has waited for 72 hours."""
        self.last_error = _kept(why)
        if now() - self.waiting_since > PATIENCE:
            return self._park()
        self.later(min(timedelta(seconds=2 ** min(self.tries, 10)), LONGEST_PAUSE))
        return True

    def failed_alike(self, why: str) -> bool:
        """Whether these were the words of the last failure too."""
        return self.last_error == _kept(why)

    def failed_once(self, why: str) -> bool:
        """We failed, or were refused. Returns False, and parks the row, after eight times."""
        self.last_error = _kept(why)
        self.attempts += 1
        if self.attempts >= ATTEMPTS:
            return self._park()
        self.later(min(timedelta(seconds=5 * 4**self.attempts), LONGEST_PAUSE))
        return True

    def _park(self) -> bool:
        self.next_try = self.lease_until = None
        self.claimed_by = ""
        return False


def _kept(why: str) -> str:
    return pan.mask(why)[:500]


def claim(session: Session, model: type[Row], worker: str, *where: ColumnElement[bool]) -> Row | None:
    """Lease the row of `model` that has been due longest, or None. The caller commits before it does anything slow."""
    moment = now()
    free = or_(model.lease_until.is_(None), model.lease_until < moment)
    statement: Any = (
        select(model)
        .where(model.next_try <= moment, free, *where)
        .order_by(model.next_try)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row: Row | None = session.scalar(statement)
    if row is not None:
        row.lease_until, row.claimed_by = moment + LEASE, worker
        row.tries += 1
    return row


class Settled(Work):
    """Work that is a look at Stripe. `ticket`: counts the looks, taken and asked for. `applied_ticket`: of what was applied last.

    A look is applied only if no later one was; one that was asked for after a ticket was taken makes another due.
    """

    ticket: Mapped[int] = mapped_column(default=0)
    applied_ticket: Mapped[int] = mapped_column(default=0)

    def due_now(self) -> None:
        """Look at once. A look that is under way may have come too early, and will not do."""
        super().due_now()
        self.ticket = type(self).ticket + 1

    def applied(self, ticket: int) -> None:
        """What was read with `ticket` has been applied. The row is locked and was read anew."""
        self.applied_ticket = ticket
        if self.ticket > ticket:
            self.next_try = now()


def take_ticket(session: Session, model: type[Look], row_id: int) -> int:
    """The row's next ticket; commit before reading Stripe."""
    statement: Any = update(model).where(model.id == row_id).values(ticket=model.ticket + 1).returning(model.ticket)
    ticket: int = session.scalars(statement, execution_options={"synchronize_session": False}).one()
    return ticket


@contextmanager
def tending(
    sessions: sessionmaker[Session], row: Row, parked: Callable[[Row], None] = lambda _: None
) -> Iterator[None]:
    """Work on a claimed row. What is raised inside goes no further: the row is given back at once, and not only when its
    lease ends, or it is parked, which `parked` may write down.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:  # a deadlock, a server that restarts: no fault of the row's
        why = str(error.orig)
        log.warning("%s %s: the database did not serve: %s", row.__tablename__, row.id, why)
        _give_back(sessions, row, lambda fresh: fresh.unreachable(why), parked)
    except Exception as error:
        log.exception("%s %s cannot be worked on", row.__tablename__, row.id)
        why = f"{type(error).__name__}: {error}"
        _give_back(sessions, row, lambda fresh: fresh.failed_once(why), parked)


def _give_back(
    sessions: sessionmaker[Session], row: Row, put: Callable[[Row], bool], parked: Callable[[Row], None]
) -> None:
    with sessions.begin() as session:
        fresh = session.get_one(type(row), row.id, with_for_update=True, populate_existing=True)
        if fresh.lease_until == row.lease_until and not put(fresh):
            parked(fresh)


def wake(connection: Connection) -> None:
    """Tell waiting workers, once this transaction commits. SQLite's worker notices a commit by itself."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("NOTIFY storefront_work")


def free_own(session: Session, model: type[Row], worker: str) -> None:
    """Give back what this worker had leased before it was killed. Counts as an attempt: the row may have been the cause."""
    for row in session.scalars(select(model).where(model.claimed_by == worker, model.lease_until.is_not(None))):
        row.lease_until, row.claimed_by = None, ""
        row.attempts += 1
