"""Counting payments and disputes: one statement for each question, whatever the number of rows."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

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


def payments_by(session: Session, edges: Sequence[datetime]) -> Sequence[Any]:
    """`many` and their `amount` by `month` (the place of its first moment in `edges`), `currency`, `country` and `customer`."""
    return _grouped(session, _payments(edges))


def disputes_by(session: Session, edges: Sequence[datetime]) -> Sequence[Any]:
    """As payments_by, by `status` and `reason` too, with what is `withheld`: inquiries and prevented ones are among them."""
    return _grouped(session, _disputes(edges), "status", "reason", sums=("withheld",))


def payments_by_product(session: Session, edges: Sequence[datetime]) -> Sequence[Any]:
    """`many` payments in which the `title` was, and the `amount` that it came to, by `currency`."""
    one = _payments(edges).subquery()
    return _titled(session, one, _NET)


def disputes_by_product(session: Session, edges: Sequence[datetime]) -> Sequence[Any]:
    """As payments_by_product, by `status` too; of the amount, the part that is disputed of the payment, rounded down by line."""
    one = _disputes(edges).subquery()
    return _titled(session, one, _NET * one.c.amount // func.nullif(one.c.received, 0), "status")


def fees_by_currency(session: Session, since: datetime) -> dict[str, int]:
    """Minor units that Stripe charged for the disputes opened since then."""
    wanted = select(Dispute.fee_currency, func.sum(Dispute.fee)).where(Dispute.opened_at >= since, Dispute.fee != 0)
    return {currency: int(fee) for currency, fee in session.execute(wanted.group_by(Dispute.fee_currency))}


def _payments(edges: Sequence[datetime]) -> Select[*tuple[Any, ...]]:
    return select(
        Payment.id, Payment.order_id, Payment.paid_at, Payment.currency, Payment.received.label("amount"),
        _month(Payment.paid_at, edges),
    ).where(Payment.received > 0, Payment.paid_at >= edges[0])  # fmt: skip


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
