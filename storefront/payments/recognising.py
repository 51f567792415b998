"""Recognising: somebody sees a charge on a statement and asks what it is; whoever bought is told, and nobody else.

Asking writes the same row whatever is asked; which payments it fits is looked up later, by the worker, which then
forgets the question. So neither the answer nor its time tells whether somebody has bought.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

from sqlalchemy import Date, Index, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.money import Money
from storefront.orders.order import Order
from storefront.outbox.letter import Letter, queue
from storefront.payments.payment import Payment
from storefront.work import Work

LETTER = "charge"
KEPT = timedelta(days=1)
BEFORE, AFTER = timedelta(days=14), timedelta(days=2)
"""A statement names the day of the purchase or, after a hold, that of the booking, by the bank's own calendar."""
OLDEST = timedelta(days=548)
MOST_FOUND, MOST_A_DAY = 5, 3
"""Orders that one question may be about; letters of this kind to one address within 24 hours."""
_SIGNS = re.compile(r"[^\d.,]")
_AMOUNT = re.compile(r"\d{1,12}|\d[\d.,]{0,16}\d")


class ChargeQuestion(Work, Base):
    """As it was typed: `day` of the statement, `amount` in digits, dots and commas, `last4` of the card."""

    __tablename__ = "charge_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    amount: Mapped[str]
    last4: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (
        Index(
            "ix_charge_questions_due",
            "next_try",
            sqlite_where=text("next_try IS NOT NULL"),
            postgresql_where=text("next_try IS NOT NULL"),
        ),
        Index("ix_charge_questions_created_at", "created_at"),
    )


def readings(amount: str) -> frozenset[Decimal]:
    """What a sum may mean that was copied from a statement: `1.234` is one thing in Berlin and another in Boston.

    Currency signs and blanks do not matter. Empty for what is no sum above zero.
    """
    plain = _SIGNS.sub("", amount)
    if not _AMOUNT.fullmatch(plain):
        return frozenset()
    digits = re.sub(r"[.,]", "", plain)
    whole, _, rest = plain.replace(",", ".").rpartition(".")
    found = {Decimal(digits)} if len(rest) == 3 or not whole else set()
    if whole:
        found.add(Decimal(f"{digits[: len(digits) - len(rest)]}.{rest}"))
    return frozenset(one for one in found if one > 0)


def ask(session: Session, day: date, amount: str, last4: str) -> None:
    """Somebody wants to know what a charge is."""
    session.add(ChargeQuestion(day=day, amount=_SIGNS.sub("", amount), last4=last4))


def forget(session: Session) -> None:
    """Questions that could not be answered in a day."""
    session.execute(delete(ChargeQuestion).where(ChargeQuestion.created_at < now() - KEPT))


def answer(session: Session, question: ChargeQuestion) -> int:
    """A letter to the buyer of each order that it fits, one per order and day; the question is forgotten. Returns how many."""
    found = list(islice(_fitting(session, question), MOST_FOUND))
    for payment, order in found:
        _write(session, payment, order)
    session.delete(question)
    return len(found)


def called(session: Session) -> str:
    """What stands before the order's number on statements, as `WREN*`; empty where no card has been charged lately."""
    recent = select(Payment.descriptor, Payment.order_id, Payment.id).order_by(Payment.id.desc()).limit(50).subquery()
    newest = select(recent.c.descriptor, Order.number).join(Order, Order.id == recent.c.order_id)
    rows = session.execute(newest.order_by(recent.c.id.desc())).all()
    named = (descriptor.removesuffix(number) for descriptor, number in rows if descriptor.endswith(number))
    return next(named, "").strip()


def _fitting(session: Session, question: ChargeQuestion) -> Iterator[tuple[Payment, Order]]:
    sums = readings(question.amount)
    noon = datetime.combine(question.day, time(12), UTC)
    statement = (
        select(Payment, Order)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Payment.card_last4 == question.last4, Payment.paid_at > noon - BEFORE, Payment.paid_at < noon + AFTER,
            Order.email != "",
        )
        .order_by(Payment.paid_at.desc())
    )  # fmt: skip
    for payment, order in session.execute(statement).all():
        if _taken(payment).decimal() in sums:
            yield payment, order


def _taken(payment: Payment) -> Money:
    """What the statement shows: the charge, or the hold that it is until then."""
    return payment.money(payment.received or payment.capturable)


def _write(session: Session, payment: Payment, order: Order) -> None:
    lately = select(func.count(Letter.id)).where(
        Letter.kind == LETTER, Letter.recipient == order.email, Letter.queued_at > now() - KEPT
    )
    if session.scalars(lately).one() >= MOST_A_DAY:
        return
    at = payment.paid_at or order.created_at
    facts = {
        "amount": str(_taken(payment)),
        "day": at.isoformat(),
        "card": f"{payment.card_brand.capitalize()} **** {payment.card_last4}",
        "statement": payment.descriptor,
    }
    queue(session, LETTER, f"{order.number}:{now():%Y-%m-%d}", order.email, order_id=order.id, facts=facts)
