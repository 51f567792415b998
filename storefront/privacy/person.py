"""A person: everything that an e-mail address leads to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from storefront.buyers.buyer import Buyer, plain
from storefront.buyers.portal_visit import PortalVisit
from storefront.evidence.answer import DisputeAnswer
from storefront.orders.fulfilment import Fulfilment
from storefront.orders.order import Order
from storefront.payments.dispute import Dispute
from storefront.payments.payment import Payment
from storefront.payments.refund import Refund
from storefront.subscriptions.invoice import Invoice
from storefront.subscriptions.subscription import Subscription

Ids = frozenset[int]


@dataclass(frozen=True, slots=True)
class Person:
    """Ids of our rows. `customers`: the person's own at Stripe; `stripe_ids`: these and all else there that is theirs."""

    email: str
    buyers: Ids
    orders: Ids
    payments: Ids
    subscriptions: Ids
    refunds: Ids
    fulfilments: Ids
    disputes: Ids
    answers: Ids
    customers: frozenset[str]
    stripe_ids: frozenset[str]


def person_with(session: Session, email: str) -> Person:
    """What belongs to whoever has this address, in whatever case it was written."""
    email = plain(email)
    buyers = frozenset(session.scalars(select(Buyer.id).where(Buyer.email == email)))
    mine = or_(Order.buyer_id.in_(buyers), Order.visitor_id.in_(buyers), func.lower(Order.email) == email)
    orders = frozenset(session.scalars(select(Order.id).where(mine)))
    plans = _rows(
        session, (Subscription.id, Subscription.stripe_id, Subscription.customer),
        or_(Subscription.buyer_id.in_(buyers), Subscription.order_id.in_(orders), func.lower(Subscription.email) == email),
    )  # fmt: skip
    invoices = _rows(session, (Invoice.order_id, Invoice.stripe_id), Invoice.subscription_id.in_(_ids(plans)))
    orders |= {row[0] for row in invoices if row[0] is not None}
    payments = _rows(
        session, (Payment.id, Payment.session_id, Payment.intent_id, Payment.charge_id), Payment.order_id.in_(orders)
    )
    refunds = _rows(session, (Refund.id, Refund.stripe_id), Refund.order_id.in_(orders))
    disputes = _rows(session, (Dispute.id, Dispute.stripe_id, Dispute.charge_id), Dispute.order_id.in_(orders))
    customers = {row[2] for row in plans} | _customers(session, buyers)
    names = {name for row in (*payments, *plans, *invoices, *refunds, *disputes) for name in row[1:]} | customers
    return Person(
        email=email,
        buyers=buyers,
        orders=orders,
        payments=_ids(payments),
        subscriptions=_ids(plans),
        refunds=_ids(refunds),
        fulfilments=_ids(_rows(session, (Fulfilment.id,), Fulfilment.order_id.in_(orders))),
        disputes=_ids(disputes),
        answers=_ids(_rows(session, (DisputeAnswer.id,), DisputeAnswer.dispute_id.in_(_ids(disputes)))),
        customers=frozenset(name for name in customers if name),
        stripe_ids=frozenset(name for name in names if name),
    )


def _rows(session: Session, columns: tuple[Any, ...], where: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(select(*columns).where(where))]


def _ids(rows: list[tuple[Any, ...]]) -> Ids:
    return frozenset(row[0] for row in rows)


def _customers(session: Session, buyers: Ids) -> set[str]:
    own = session.scalars(select(Buyer.stripe_customer).where(Buyer.id.in_(buyers)))
    visited = session.scalars(select(PortalVisit.customer).where(PortalVisit.buyer_id.in_(buyers)))
    return {name for name in (*own, *visited) if name}
