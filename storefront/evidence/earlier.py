"""Earlier purchases: of the same buyer, and with the same card."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from storefront.buyers.buyer import Buyer
from storefront.evidence.compelling import OLDEST, Purchase
from storefront.orders.fulfilment import Fulfilment
from storefront.orders.order import Order, OrderState
from storefront.payments.dispute import Dispute
from storefront.payments.fraud_warning import FraudWarning
from storefront.payments.payment import Payment

MOST = 20
TWIN = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Earlier:
    """`charge`: Stripe's id. `disputed`: any bank ever asked about it. `sent`: when its last parcel went out."""

    order: Order
    charge: str
    paid_at: datetime
    disputed: bool
    sent: datetime | None


def earlier_of(session: Session, order: Order) -> list[Earlier]:
    """Paid orders of the same buyer that are older than this one, newest first, at most MOST."""
    if order.buyer_id is None:
        return []
    return _found(session, Order.buyer_id == order.buyer_id, Order.id < order.id)


def twin_of(session: Session, order: Order, payment: Payment) -> Earlier | None:
    """The buyer's payment of the same amount that is nearest in time, within five weeks."""
    if order.buyer_id is None or payment.paid_at is None:
        return None
    near = Payment.paid_at.between(payment.paid_at - TWIN, payment.paid_at + TWIN)
    same = Payment.received == payment.received
    found = _found(session, Order.buyer_id == order.buyer_id, Order.id != order.id, near, same)
    paid_at = payment.paid_at
    return min(found, key=lambda one: abs(one.paid_at - paid_at), default=None)


def _found(session: Session, *where: Any) -> list[Earlier]:
    statement = (
        select(Order, Payment, _asked_about())
        .join(Payment, Payment.order_id == Order.id)
        .where(Order.state == OrderState.COMPLETED, Payment.settled_order, Payment.paid_at.is_not(None), *where)
        .order_by(Order.id.desc())
        .limit(MOST)
    )
    rows = session.execute(statement).all()
    sent = _sent(session, [order.id for order, _, _ in rows])
    return [
        Earlier(order, payment.charge_id, payment.paid_at, bool(asked), sent.get(order.id))
        for order, payment, asked in rows
    ]


def _asked_about() -> Any:
    disputed = exists().where(Dispute.payment_id == Payment.id)
    return disputed | exists().where(FraudWarning.payment_id == Payment.id)


def _sent(session: Session, order_ids: Iterable[int]) -> dict[int, datetime]:
    parcels = select(Fulfilment).where(Fulfilment.order_id.in_(list(order_ids))).order_by(Fulfilment.shipped_at)
    return {parcel.order_id: parcel.shipped_at for parcel in session.scalars(parcels)}


def with_same_card(session: Session, dispute: Dispute) -> tuple[Purchase, list[Purchase], dict[str, Order]]:
    """The disputed purchase, the others with its card that the rule could look at, and their orders by charge."""
    mine = session.get_one(Payment, dispute.payment_id)
    order = session.get_one(Order, dispute.order_id)
    disputed = _purchase(order, mine, _customer(session, order), undisputed=False)
    if not mine.card_fingerprint:
        return disputed, [], {}
    since = dispute.opened_at - timedelta(days=OLDEST + 1)
    statement = (
        select(Order, Payment, Buyer.reference, _asked_about())
        .join(Payment, Payment.order_id == Order.id)
        .outerjoin(Buyer, Buyer.id == Order.buyer_id)
        .where(Payment.card_fingerprint == mine.card_fingerprint, Payment.settled_order, Payment.paid_at >= since)
        .where(Payment.id != mine.id, Payment.received > 0)
        .order_by(Payment.id.desc())
        .limit(200)
    )
    rows = session.execute(statement).all()
    others = [
        _purchase(other, payment, customer or "", undisputed=not asked) for other, payment, customer, asked in rows
    ]
    return disputed, others, {payment.charge_id: other for other, payment, _, _ in rows}


def _customer(session: Session, order: Order) -> str:
    buyer = session.get(Buyer, order.buyer_id) if order.buyer_id else None
    return buyer.reference if buyer else ""


def _purchase(order: Order, payment: Payment, customer: str, *, undisputed: bool) -> Purchase:
    return Purchase(
        charge=payment.charge_id,
        day=_day(payment.paid_at or order.created_at),
        customer=customer,
        ip=order.ip,
        address=_plain(order.address),
        card=payment.card_fingerprint,
        undisputed=undisputed,
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _plain(address: dict[str, Any]) -> str:
    """The address as it is compared: without case and double spaces; empty where it names no street."""
    if not address.get("line1"):
        return ""
    parts = (address.get(name) or "" for name in ("line1", "line2", "postal_code", "city", "state", "country"))
    return "|".join(" ".join(part.casefold().split()) for part in parts)
