"""Duties: what must be done every so often by one worker of all, whichever comes first."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from storefront.clock import now
from storefront.db import Base, UTCDateTime, reading_only
from storefront.evidence.erasing import erase_traces
from storefront.payments.lapsing import warn
from storefront.payments.overdue import end_overdue
from storefront.payments.recognising import forget
from storefront.payments.reminding import remind
from storefront.reports.dispute_alarm import watch
from storefront.reports.silence import warn_of_silence


class Duty(Base):
    """`next_at`: one conditional UPDATE of it decides who does the duty."""

    __tablename__ = "duties"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Chore:
    """`act` does the work in the session it is given; the edge commits."""

    name: str
    every: timedelta
    act: Callable[[Session], object]


class _Task(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def every(self) -> timedelta: ...


Task = TypeVar("Task", bound=_Task)

CHORES = (
    Chore("warn of ending holds", timedelta(minutes=10), warn),
    Chore("warn of silence", timedelta(minutes=15), warn_of_silence),
    Chore("remind of disputes", timedelta(minutes=30), remind),
    Chore("watch the rate of disputes", timedelta(minutes=10), watch),
    Chore("erase traces of old orders", timedelta(hours=6), erase_traces),
    Chore("forget unanswered questions", timedelta(hours=1), forget),
    Chore("end overdue orders", timedelta(seconds=20), end_overdue),
)


def do_duties(sessions: sessionmaker[Session]) -> bool:
    """Do what is due. Returns whether there was anything."""
    done = [_do(sessions, chore) for chore in seeming_due(sessions, CHORES)]
    return any(done)


def seeming_due(sessions: sessionmaker[Session], tasks: Sequence[Task]) -> list[Task]:
    """Those for which `is_mine` is worth asking: one read, where each question is a write that mostly finds nothing."""
    with reading_only(), sessions() as session:
        due_at = dict(session.execute(select(Duty.name, Duty.next_at)).all())
    moment = now()
    return [task for task in tasks if task.name in due_at and not moment < due_at[task.name] <= moment + 2 * task.every]


def _do(sessions: sessionmaker[Session], chore: Chore) -> bool:
    with sessions.begin() as session:
        if not is_mine(session, chore.name, chore.every):
            return False
        chore.act(session)
    return True


def is_mine(session: Session, name: str, every: timedelta) -> bool:
    """Whether the duty is due, and this worker the one who does it. A clock that was set back makes it due at once."""
    moment = now()
    mine = (
        update(Duty)
        .where(Duty.name == name, or_(Duty.next_at <= moment, Duty.next_at > moment + 2 * every))
        .values(next_at=moment + every)
    )
    return session.execute(mine.returning(Duty.name)).first() is not None


def enrol(sessions: sessionmaker[Session]) -> None:
    """Make sure that every duty has its row."""
    for chore in CHORES:
        with suppress(IntegrityError), sessions.begin() as session:  # another worker was a moment faster
            if session.get(Duty, chore.name) is None:
                session.add(Duty(name=chore.name, next_at=now()))
