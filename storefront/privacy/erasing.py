"""Erasing: orders keep numbers, amounts, tax and dates; the person goes, here at once and at Stripe by a command."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ForeignKey, Table, delete, select, update
from sqlalchemy.orm import Session

from storefront.buyers.buyer import Buyer
from storefront.db import Base
from storefront.orders.order import Order
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.command import Verb, command
from storefront.privacy.erasure import ErasedName, Erasure
from storefront.privacy.held import Found, Held
from storefront.privacy.naming import find
from storefront.privacy.obstacles import obstacles
from storefront.privacy.person import Person
from storefront.privacy.register import HELD
from storefront.privacy.remains import ERASED, sweeper
from storefront.subscriptions.subscription import Subscription

NEVER_SENT = (LetterState.QUEUED, LetterState.FAILED)


class InTheWayError(Exception):
    """Nothing was erased; the message says why, in sentences. `why`: these one by one."""

    def __init__(self, why: list[str]) -> None:
        super().__init__(" ".join(why))
        self.why = why


class NothingHeldError(Exception):
    """There is nothing about this address."""


def erase(session: Session, known: Found, by: str) -> Erasure:
    """Erase who was found, all in the caller's transaction. `by`: who wants it, for the record.

    `known`: found by a transaction of its own a moment ago. Raises InTheWayError or NothingHeldError.
    """
    orders = select(Order.id).where(Order.id.in_(known.person.orders)).order_by(Order.id).with_for_update()
    session.execute(orders).all()
    found = find(session, known.person.email, known)
    why = obstacles(session, found)
    if why:
        raise InTheWayError(why)
    words = sweeper(_words(session, found))
    erasure = Erasure(by=by, orders=len(found.person.orders), subscriptions=len(found.person.subscriptions))
    session.add(erasure)
    session.flush()
    for customer in sorted(_own_customers(session, found.person)):
        command(session, Verb.DELETE_CUSTOMER, customer, {"customer": customer}, None)
    session.execute(delete(Letter).where(HELD["letters"].rows(found), Letter.state.in_(NEVER_SENT)))
    _let_go(session, found)
    if not sum(_leave(session, held, found, words) for held in HELD.values()):
        raise NothingHeldError(found.person.email)
    for name in found.person.stripe_ids:
        session.merge(ErasedName(stripe_id=name, erasure_id=erasure.id))
    session.flush()
    session.expire_all()
    return erasure


def _let_go(session: Session, found: Found) -> None:
    """Whatever points to rows that will be gone points nowhere: also what is another's, such as an order paid for a friend."""
    for table, key in pointing():
        target = HELD[key.column.table.name]
        gone = select(key.column).where(target.rows(found))
        session.execute(update(table).where(key.parent.in_(gone)).values({key.parent.name: None}))


def pointing() -> list[tuple[Table, ForeignKey]]:
    """Tables that stay, with each of their keys to rows that will be gone."""
    stay = [table for table in Base.metadata.tables.values() if table.name not in HELD or not HELD[table.name].gone]
    return [
        (table, key)
        for table in stay
        for key in table.foreign_keys
        if key.column.table.name in HELD and HELD[key.column.table.name].gone
    ]


def _leave(session: Session, held: Held, found: Found, words: Any) -> int:
    """Do to the person's rows of one table what the register says. Returns how many there were."""
    mine = held.rows(found)
    if held.gone:
        return session.connection().execute(delete(held.table).where(mine)).rowcount
    keys = list(held.table.primary_key)
    rows = session.execute(select(held.table).where(mine)).mappings().all()
    for row in rows:
        left = {name: what(row) if callable(what) else what for name, what in held.erased.items()}
        for name in held.swept:
            text = left.get(name, row[name])
            left[name] = words.sub(ERASED, text) if words and text else text
        if left:
            session.execute(update(held.table).where(*(key == row[key.name] for key in keys)).values(left))
    return len(rows)


_TELLING = ("email", "name", "phone", "address", "ip", "user_agent", "tracking_number", "note", "cancel_comment")
_TOLD_IN = (
    "orders", "subscriptions", "buyers", "downloads", "buyer_sessions", "fulfilments", "refunds", "subscription_requests",
)  # fmt: skip
_LINES = ("name", "line1", "line2")


def _words(session: Session, found: Found) -> Iterator[str]:
    """What the person is called, where they live and write from, and what colleagues noted, which timelines repeat."""
    yield found.person.email
    for table in _TOLD_IN:
        held = HELD[table]
        for name in _TELLING:
            if name in held.table.c:
                for value in session.scalars(select(held.table.c[name]).where(held.rows(found))):
                    yield from _texts(name, value)


def _texts(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in (value, value.get("address")):
            if isinstance(part, dict):
                for line in _LINES:
                    yield from _texts(line, part.get(line))
    elif isinstance(value, str):
        yield value
        if name == "name":
            yield from value.split()


def _own_customers(session: Session, person: Person) -> set[str]:
    """Those at Stripe that nobody else uses."""
    mine = person.customers
    of_buyers = select(Buyer.stripe_customer).where(Buyer.stripe_customer.in_(mine), Buyer.id.not_in(person.buyers))
    of_plans = select(Subscription.customer).where(
        Subscription.customer.in_(mine), Subscription.id.not_in(person.subscriptions)
    )
    return {*mine} - {*session.scalars(of_buyers)} - {*session.scalars(of_plans)}
