"""Gauges: what an operator's monitoring wants to know, out of indexes and never over whole tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.inbox.event import EventState, StripeEvent
from storefront.inbox.refusal import recent_refusals
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.command import CommandState, StripeCommand
from storefront.payments.ledger import LedgerEntry
from storefront.payments.payment import Payment, PaymentState
from storefront.payments.refund import Refund
from storefront.reports.check import latest
from storefront.reports.dispute_rate import recent_rate

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure now. `labels`: what tells it from others of this name."""

    name: str
    help: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def gauges(session: Session) -> Iterator[Gauge]:
    """All of them; those of one name stand together."""
    yield from _waiting(session)
    yield from _parked(session)
    held = _count(session, Payment.id, _is(Payment.state, PaymentState.AUTHORIZED))
    yield Gauge("payments_held", "Payments whose money waits on a card.", held)
    yield from _moved(session)
    arrived = select(StripeEvent.received_at).where(StripeEvent.source == "pushed").order_by(StripeEvent.id.desc())
    last = session.scalar(arrived.limit(1))
    if last is not None:
        yield Gauge("last_event_age_seconds", "Since Stripe last delivered an event.", _age(last))
    refused = sum(row.count for row in recent_refusals(session))
    yield Gauge("refused_deliveries", "Webhook deliveries refused in the last 24 hours.", refused)
    yield from _disputed(session)
    checked = latest(session)
    if checked is not None and checked.finished_at is not None:
        yield Gauge("books_differences", "Differences that the last comparison left.", len(checked.differences))
        yield Gauge("books_age_seconds", "Since the books were last compared with Stripe.", _age(checked.finished_at))


def _disputed(session: Session) -> Iterator[Gauge]:
    rate = recent_rate(session)
    yield Gauge("disputes", "Disputes that came in the last 30 days, without inquiries.", rate.disputes)
    yield Gauge("disputable_payments", "Payments of the last 30 days.", rate.payments)
    if rate.payments:
        part = round(rate.disputes / rate.payments, 6)
        yield Gauge("dispute_rate", "The disputes of the last 30 days as a part of their payments.", part)
    yield Gauge("dispute_level", "0: calm, 1: the rate reaches 0.5 %, 2: it reaches 0.75 %.", rate.level)


def _waiting(session: Session) -> Iterator[Gauge]:
    queues: dict[str, tuple[Any, ColumnElement[bool]]] = {
        "events": (StripeEvent, _is(StripeEvent.state, EventState.RECEIVED)),
        "commands": (StripeCommand, _is(StripeCommand.state, CommandState.PENDING)),
        "letters": (Letter, Letter.next_try.is_not(None)),
        "payments": (Payment, Payment.next_try.is_not(None)),
        "refunds": (Refund, Refund.next_try.is_not(None)),
    }
    overdue = []
    for queue, (model, waits) in queues.items():
        due = session.execute(
            select(func.count(), func.min(model.next_try)).where(waits, model.next_try <= now())
        ).one()
        yield Gauge("due", "Rows that are due for the worker now.", due[0], {"queue": queue})
        overdue.append(
            Gauge("overdue_seconds", "Since the row that waits longest was due.", _age(due[1]), {"queue": queue})
        )
    yield from overdue


def _parked(session: Session) -> Iterator[Gauge]:
    parked = {
        "events": _count(session, StripeEvent.id, _is(StripeEvent.state, EventState.FAILED)),
        "commands": _count(session, StripeCommand.id, _is(StripeCommand.state, CommandState.FAILED)),
        "letters": _count(session, Letter.id, _is(Letter.state, LetterState.FAILED)),
    }
    for queue, count in parked.items():
        yield Gauge("parked", "Rows that were given up and wait for a person.", count, {"queue": queue})


def _moved(session: Session) -> Iterator[Gauge]:
    recent = (
        select(LedgerEntry.kind, LedgerEntry.currency, func.count(), func.sum(LedgerEntry.amount))
        .where(LedgerEntry.at > now() - DAY)
        .group_by(LedgerEntry.kind, LedgerEntry.currency)
        .order_by(LedgerEntry.kind, LedgerEntry.currency)
    )
    rows = session.execute(recent).all()
    for kind, currency, count, _ in rows:
        yield Gauge(
            "movements", "Movements of money in the last 24 hours.", count, {"kind": kind, "currency": currency}
        )
    for kind, currency, _, amount in rows:
        labels = {"kind": kind, "currency": currency}
        yield Gauge("moved_minor_units", "Their sum, in the currency's minor units.", amount, labels)


def _is(column: Any, state: str) -> ColumnElement[bool]:
    """Written out: a partial index answers only what is plain when the statement is planned."""
    same: ColumnElement[bool] = column == literal_column(f"'{state}'")
    return same


def _count(session: Session, column: Any, where: ColumnElement[bool]) -> int:
    return session.scalars(select(func.count(column)).where(where)).one()


def _age(moment: datetime | None) -> float:
    return max(round((now() - moment).total_seconds(), 3), 0.0) if moment is not None else 0.0
