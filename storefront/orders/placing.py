"""Placing an order: a cart becomes frozen lines and a hold on stock, once, however often it is asked for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.cart.cart import Cart
from storefront.cart.priced import ChangedError, PricedCart, UnpayableError
from storefront.cart.pricing import price
from storefront.clock import now
from storefront.orders.order import LineItem, Order, OrderState
from storefront.orders.policy import AUTOMATIC, ON_SHIPPING, policy_for
from storefront.orders.timeline import tell
from storefront.stock import hold as holds
from storefront.stock.hold import HoldState, StockHold

GRACE = timedelta(minutes=10)
"""How long an order without a payment page keeps its stock."""


def open_order(session: Session, cart_id: str) -> Order | None:
    """The open order of this cart, read anew and locked until the transaction ends."""
    statement = select(Order).where(Order.cart_id == cart_id, Order.state == OrderState.OPEN)
    return session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def completed_order(session: Session, cart_id: str) -> Order | None:
    """The order that this cart became, once it is paid, or to be sent and paid then: the cart is used up."""
    used_up = or_(Order.state == OrderState.COMPLETED, Order.to_ship > 0)
    statement = select(Order).where(Order.cart_id == cart_id, used_up)
    return session.scalar(statement.order_by(Order.id.desc()).limit(1))


def held_for(session: Session, cart_id: str) -> dict[int, int]:
    """Pieces by variant id that the cart's open order keeps already."""
    order_ids = select(Order.id).where(Order.cart_id == cart_id, Order.state == OrderState.OPEN).scalar_subquery()
    rows = session.scalars(select(StockHold).where(StockHold.order_id == order_ids, StockHold.state == HoldState.HELD))
    return {row.variant_id: row.quantity for row in rows}


def place(
    session: Session,
    cart: Cart,
    *,
    currency: str,
    capture_policy: str,
    ip: str,
    user_agent: str,
    terms_version: str,
    refunds_version: str,
) -> Order:
    """The open order of this cart, with today's lines and stock held for it: the one that exists, or a new one.

    Prices are the catalogue's. `capture_policy`: the store's; products may be exceptions. `ip`, `user_agent` and the
    versions of the texts shown are kept as evidence for disputes. Raises ChangedError or UnpayableError when the buyer
    has to look at the cart first, and stock.hold.ShortError when somebody else was faster; the caller rolls back, and
    an order that existed before stays as it was.
    """
    met, priced = _priced(session, cart, currency)
    if priced.changes or any(line.trouble for line in priced.lines):
        raise ChangedError(priced)
    if priced.obstacle:
        raise UnpayableError(priced)
    capture_policy = _policy(session, capture_policy, priced)
    order = met or _begun(session, _order_from(priced, capture_policy))
    before = order.lines_hash
    _freeze(order, priced, capture_policy)
    order.ip, order.user_agent = ip, user_agent[:300]
    order.terms_version, order.refunds_version = terms_version, refunds_version
    if order.expires_at is not None:
        order.expires_at = now() + GRACE
    session.flush()
    if not tell(session, order.id, "placed", "Checkout was started.", "buyer") and order.lines_hash != before:
        tell(session, order.id, f"changed:{order.lines_hash[:16]}", "The order was changed at checkout.", "buyer")
    holds.hold(session, order.id, {line.variant_id: line.quantity for line in priced.lines if not line.free_today})
    return order


def _policy(session: Session, setting: str, priced: PricedCart) -> str:
    """With a subscription Stripe takes all money at once. Raises UnpayableError for what may only be paid as it ships."""
    if all(line.plan is None for line in priced.lines):
        return policy_for(session, setting, priced.lines)
    once = [line for line in priced.lines if line.plan is None]
    if once and policy_for(session, setting, once) == ON_SHIPPING:
        named = " and ".join(line.name for line in once)
        why = f"{named} is paid when it is sent, a subscription at once. Order them one after the other."
        raise UnpayableError(replace(priced, obstacle=why))
    return AUTOMATIC


def _priced(session: Session, cart: Cart, currency: str) -> tuple[Order | None, PricedCart]:
    met = open_order(session, cart.id)
    priced = price(session, cart, currency, held_for(session, cart.id) if met else None)
    if met is None and any(line.trouble for line in priced.lines):
        # The other half of a double click may have committed in between: then the last piece is this buyer's own.
        met = open_order(session, cart.id)
        priced = price(session, cart, currency, held_for(session, cart.id)) if met else priced
    return met, priced


def _order_from(priced: PricedCart, capture_policy: str) -> Order:
    return Order(
        cart_id=priced.cart.id,
        capture_policy=capture_policy,
        country=priced.delivery.country,
        currency=priced.currency,
        subtotal=priced.subtotal.amount,
        total=priced.total.amount,
        expires_at=now() + GRACE,
    )


def _begun(session: Session, order: Order) -> Order:
    """`order`, inserted; or the one that a double click inserted a moment ago."""
    try:
        with session.begin_nested():
            session.add(order)
    except IntegrityError:
        met = open_order(session, order.cart_id)
        if met is None:
            raise
        return met
    return order


def _freeze(order: Order, priced: PricedCart, capture_policy: str) -> None:
    lines = [
        LineItem(
            position=position,
            variant_id=line.variant_id,
            handle=line.handle,
            title=line.title,
            variant_title=line.variant_title,
            sku=line.sku,
            media_hash=line.media_hash,
            unit_amount=line.due.amount,
            quantity=line.quantity,
            requires_shipping=line.requires_shipping and not line.free_today,
            plan={**line.plan.as_json(), "price": line.unit.amount} if line.plan else {},
        )
        for position, line in enumerate(priced.lines, 1)
    ]
    if _facts(lines) != _facts(order.lines):
        order.lines = lines
    order.offers = _offers(priced)
    order.capture_policy, order.currency = capture_policy, priced.currency
    order.country = priced.delivery.country if priced.delivery.needed else ""
    order.shipping_name = priced.rate.name if priced.rate else ""
    order.shipping = priced.rate.money.amount if priced.rate else 0
    order.subtotal, order.total = priced.subtotal.amount, priced.total.amount


def _facts(lines: Sequence[LineItem]) -> list[tuple[object, ...]]:
    return [
        (
            line.variant_id, line.title, line.variant_title, line.unit_amount, line.quantity, line.requires_shipping, line.plan,
        )
        for line in lines
    ]  # fmt: skip


def _offers(priced: PricedCart) -> list[dict[str, Any]]:
    """With a subscription Stripe's page offers no choice, so the one that was made in the cart stands."""
    rates = sorted(priced.delivery.rates, key=lambda rate: rate != priced.rate)
    if any(line.plan is not None for line in priced.lines):
        rates = rates[:1]
    return [
        {"name": rate.name, "amount": rate.money.amount, "min_days": rate.min_days, "max_days": rate.max_days}
        for rate in rates
    ]
