"""Work that waits or was given up, newest first, page by page: events, letters and commands."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session, defer

from storefront.inbox.event import EventState, StripeEvent
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.command import CommandState, StripeCommand

PAGE = 50
Row = TypeVar("Row", StripeEvent, Letter, StripeCommand)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """One page. `older`: the id to go on from, None at the end."""

    rows: list[Row]
    older: int | None


def _listed(
    session: Session, model: type[Row], states: Any, state: str, before: int | None, *where: Any
) -> Listed[Row]:
    statement = select(model).where(*where).order_by(model.id.desc()).limit(PAGE + 1)
    if state:
        statement = statement.where(model.state == literal_column(f"'{states(state)}'"))
    if before is not None:
        statement = statement.where(model.id < before)
    if model is StripeEvent:
        statement = statement.options(defer(StripeEvent.body))
    rows = list(session.scalars(statement))
    return Listed(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def events(session: Session, *, state: str = "", kind: str = "", before: int | None = None) -> Listed[StripeEvent]:
    """`kind`: the beginning of a type, such as `charge.`, or an id of the event or of what it is about."""
    where: tuple[Any, ...] = ()
    if kind.startswith("evt_"):
        where = (StripeEvent.event_id == kind,)
    elif "_" in kind and any(char.isdigit() for char in kind):
        where = (StripeEvent.object_id == kind,)
    elif kind:
        where = (StripeEvent.type.startswith(kind, autoescape=True),)
    return _listed(session, StripeEvent, EventState, state, before, *where)


def letters(session: Session, *, state: str = "", before: int | None = None) -> Listed[Letter]:
    """Letters to buyers."""
    return _listed(session, Letter, LetterState, state, before)


def commands(session: Session, *, state: str = "", before: int | None = None) -> Listed[StripeCommand]:
    """What Stripe was asked to do."""
    return _listed(session, StripeCommand, CommandState, state, before)


def event_with(session: Session, event_id: str) -> StripeEvent | None:
    """The newest row of this id: there may be one for each account and mode."""
    return session.scalar(
        select(StripeEvent).where(StripeEvent.event_id == event_id).order_by(StripeEvent.id.desc()).limit(1)
    )
