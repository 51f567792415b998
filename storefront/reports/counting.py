"""Counting payments and disputes: one statement for each question, whatever the number of rows."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, case, cast, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased

from storefront.orders.order import LineItem, Order
from storefront.payments.dispute import Dispute
from storefront.payments.payment import Payment
from storefront.subscriptions.invoice import Invoice

_GROSS = cast(LineItem.unit_amount, BigInteger) * LineItem.quantity - LineItem.discount
_NET = _GROSS * (LineItem.quantity - LineItem.left_out) // LineItem.quantity
"""Minor units that a line came to: without what could not be sent, without shipping, and without tax that comes on top."""


class Customer(StrEnum):
    """Who paid. subscriber: for a period of a subscription. returning: after an order that was paid before."""

    NEW = "new"
    RETURNING = "returning"
    SUBSCRIBER = "subscriber"


class Cell(NamedTuple):
    """`many` payments of a `month` (its first moment) that have the rest in common, and their `amount`."""

    month: datetime
    currency: str
    country: str
    customer: str
    many: int
    amount: int


class Share(NamedTuple):
    """`many` payments in which the product was, and the `amount` that it came to."""

    title: str
    currency: str
    many: int
    amount: int


def payments_by(session: Session, edges: Sequence[datetime], until: datetime | None = None) -> list[Cell]:
    """Of the months that begin at `edges`, the last one up to `until`."""
    rows = _grouped(session, _payments(edges, until))
    return [Cell(edges[row.month], row.currency, row.country, row.customer, row.many, row.amount) for row in rows]


def disputes_by(session: Session, edges: Sequence[datetime]) -> Sequence[Any]:
    """As payments_by, by `status` and `reason` too, with what is `withheld`: inquiries and prevented ones are among them.

    `month`: its place in `edges`.
    """
    return _grouped(session, _disputes(edges), "status", "reason", sums=("withheld",))


def payments_by_product(session: Session, edges: Sequence[datetime], until: datetime | None = None) -> list[Share]:
    """As payments_by."""
    one = _payments(edges, until).subquery()
    return [Share(row.title, row.currency, row.many, row.amount) for row in _titled(session, one, _NET)]


def disputes_by_product(session: Session, edges: Sequence[datetime]) -> Sequence[Any]:
    """As payments_by_product, by `status` too; of the amount, the part that is disputed of the payment, rounded down by line."""
    one = _disputes(edges).subquery()
    return _titled(session, one, _NET * one.c.amount // func.nullif(one.c.received, 0), "status")


def fees_by_currency(session: Session, since: datetime) -> dict[str, int]:
    """Minor units that Stripe charged for the disputes opened since then."""
    wanted = select(Dispute.fee_currency, func.sum(Dispute.fee)).where(Dispute.opened_at >= since, Dispute.fee != 0)
    return {currency: int(fee) for currency, fee in session.execute(wanted.group_by(Dispute.fee_currency))}


def sums(session: Session, edges: Sequence[datetime], until: datetime) -> dict[datetime, tuple[int, int]]:
    """How many payments the months have and what they come to, all currencies together: enough to see that one has changed."""
    one = _payments(edges, until).subquery()
    amount = cast(func.sum(one.c.amount), BigInteger)
    rows = session.execute(select(one.c.month, func.count(), amount).group_by(one.c.month))
    return {edges[place]: (many, sum_) for place, many, sum_ in rows}


def _payments(edges: Sequence[datetime], until: datetime | None = None) -> Select[*tuple[Any, ...]]:
    return select(
        Payment.id, Payment.order_id, Payment.paid_at, Payment.currency, Payment.received.label("amount"),
        _month(Payment.paid_at, edges),
    ).where(Payment.received > 0, Payment.paid_at >= edges[0], *([Payment.paid_at < until] if until else []))  # fmt: skip


def _disputes(edges: Sequence[datetime]) -> Select[*tuple[Any, ...]]:
    wanted = select(
        Dispute.id, Dispute.order_id, Payment.paid_at, Dispute.currency, Dispute.amount, Dispute.status, Dispute.reason,
        Dispute.withheld, Payment.received, _month(Dispute.opened_at, edges),
    )  # fmt: skip
    return wanted.join(Payment, Payment.id == Dispute.payment_id).where(Dispute.opened_at >= edges[0])


def _month(moment: Any, edges: Sequence[datetime]) -> ColumnElement[int]:
    """Compared with each month's first moment in UTC, since databases tell months in time zones of their own."""
    places = reversed(list(enumerate(edges)))
    return case(*[(moment >= edge, place) for place, edge in places], else_=0).label("month")


def _grouped(session: Session, rows: Select[*tuple[Any, ...]], *by: str, sums: Sequence[str] = ()) -> Sequence[Any]:
    one = rows.subquery()
    country, customer = Order.country.label("country"), _customer(one.c.paid_at).label("customer")
    groups = [one.c.month, one.c.currency, country, customer, *[one.c[name] for name in by]]
    wanted = (
        select(
            *groups,
            func.count().label("many"),
            *[cast(func.sum(one.c[name]), BigInteger).label(name) for name in ("amount", *sums)],
        )
        .join(Order, Order.id == one.c.order_id)
        .group_by(*groups)
    )
    return session.execute(wanted).all()


def _customer(paid_at: ColumnElement[Any]) -> ColumnElement[str]:
    earlier = aliased(Order)
    before = exists().where(earlier.buyer_id == Order.buyer_id, earlier.completed_at < paid_at, earlier.id != Order.id)
    return case(
        (exists().where(Invoice.order_id == Order.id), Customer.SUBSCRIBER.value),
        (before, Customer.RETURNING.value),
        else_=Customer.NEW.value,
    )


def _titled(session: Session, one: Subquery, amount: ColumnElement[int], *by: str) -> Sequence[Any]:
    groups = [LineItem.title, one.c.currency, *[one.c[name] for name in by]]
    many, sum_ = func.count(distinct(one.c.id)).label("many"), cast(func.sum(amount), BigInteger).label("amount")
    wanted = select(*groups, many, sum_).join(LineItem, LineItem.order_id == one.c.order_id).group_by(*groups)
    return session.execute(wanted).all()
