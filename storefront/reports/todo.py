"""What the merchant must do today: bounded counts over what waits, never over whole tables."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from storefront.inbox.event import EventState, StripeEvent
from storefront.inbox.refusal import recent_refusals
from storefront.orders.order import Order, OrderState
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.command import CommandState, StripeCommand
from storefront.payments.finding_disputes import to_answer
from storefront.payments.payment import Payment, PaymentState
from storefront.reports.silence import silence
from storefront.reports.subscribers import late_count
from storefront.subscriptions.subscription import Subscription

MOST = 1000


@dataclass(frozen=True, slots=True)
class Task:
    """`count`: how many wait, at most MOST. `href`: where they are.

    `urgent`: something is wrong, rather than to be done.
    """

    count: int
    words: str
    href: str
    urgent: bool = False

    @property
    def shown(self) -> str:
        """`1,000+` where there are more than were counted."""
        return f"{MOST:,}+" if self.count >= MOST else str(self.count)


def _is(column: Any, state: str) -> ColumnElement[bool]:
    """Written out, because neither database matches a partial index with a parameter."""
    same: ColumnElement[bool] = column == literal_column(f"'{state}'")
    return same


def _count(session: Session, column: Any, *where: ColumnElement[bool]) -> int:
    some = select(column).where(*where).limit(MOST).subquery()
    return session.scalars(select(func.count()).select_from(some)).one()


def tasks(session: Session) -> list[Task]:
    """In the order in which a shopkeeper would take them; with a count of zero where nothing waits."""
    held = _count(session, Payment.id, _is(Payment.state, PaymentState.AUTHORIZED))
    letters = _count(session, Letter.id, _is(Letter.state, LetterState.FAILED))
    events = _count(session, StripeEvent.id, _is(StripeEvent.state, EventState.FAILED))
    commands = _count(session, StripeCommand.id, _is(StripeCommand.state, CommandState.FAILED))
    missed = silence(session)
    refused = sum(row.count for row in recent_refusals(session))
    return [
        Task(
            _count(session, Order.id, Order.attention != literal_column("''")),
            "need a look",
            "/backoffice/orders?status=attention",
            urgent=True,
        ),
        Task(to_answer(session), "disputes to answer", "/backoffice/disputes?status=answer", urgent=True),
        Task(
            _count(session, Order.id, Order.to_ship > literal_column("0")),
            "paid, to be sent",
            "/backoffice/orders?status=to_ship",
        ),
        Task(held, "with money on hold, to be captured", "/backoffice/orders?status=held"),
        Task(
            _count(session, Order.id, _is(Order.state, OrderState.OPEN)),
            "not paid yet",
            "/backoffice/orders?status=open",
        ),
        Task(late_count(session, MOST), "subscriptions whose payment fails", "/backoffice/subscriptions?status=late"),
        Task(
            _count(session, Subscription.id, Subscription.attention != literal_column("''")),
            "subscriptions that need a look",
            "/backoffice/subscriptions?status=attention",
            urgent=True,
        ),
        Task(letters, "letters that could not be sent", "/backoffice/letters?state=failed", urgent=True),
        Task(events, "Stripe events that could not be applied", "/backoffice/events?state=failed", urgent=True),
        Task(commands, "instructions that Stripe did not carry out", "/backoffice/commands?state=failed", urgent=True),
        Task(
            missed.fetched if missed else 0,
            "events did not arrive and had to be fetched",
            "/backoffice/events",
            urgent=True,
        ),
        Task(refused, "deliveries refused in the last 24 hours", "/backoffice/events#refused", urgent=True),
    ]
