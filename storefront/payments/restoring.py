"""Restoring: a sale that Stripe knows and this database does not, because it was restored from an older backup."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.plan import Gives
from storefront.catalog.product import Variant
from storefront.clock import now
from storefront.orders.order import LineItem, Order, OrderState, lock_order
from storefront.orders.timeline import tell
from storefront.outbox.letter import Letter, LetterState, queue
from storefront.payments.completing import copy_buyer
from storefront.payments.facts import Facts
from storefront.payments.payment import Payment, PaymentState
from storefront.payments.verdict import state_of
from storefront.stock import hold

ALREADY_WRITTEN = (
    "The database was restored from a backup that is older than this letter's reason. It was most likely sent then,"
    " so it is not sent again by itself."
)


@dataclass(frozen=True, slots=True)
class LostLine:
    """`unit_amount`: minor units of one piece. `variant_id`: None where it is not known any more. `plan`: as LineItem's."""

    title: str
    variant_id: int | None
    unit_amount: int
    quantity: int
    plan: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LostSale:
    """A Checkout Session of ours. `number`, `reference`: the order's. `payment`: the payment's reference."""

    facts: Facts
    number: str
    reference: str
    payment: str
    capture_policy: str
    capture_method: str
    country: str
    lines: tuple[LostLine, ...]
    created_at: datetime
    expires_at: datetime


def bring_back(session: Session, sale: LostSale) -> Payment:
    """The order and its payment as rows, to be settled next. An order of the backup gets the lines that were paid for."""
    known = session.scalar(select(Order.id).where(Order.number == sale.number))
    order = lock_order(session, known) if known is not None else _order(session, sale)
    if known is not None and order.state == OrderState.OPEN:
        _fill(session, order, sale)
    tell(
        session, order.id, f"restored:{sale.payment}",
        f"Brought back from Stripe ({sale.facts.session_id}): the database had been restored from an older backup.",
        "shop", public=False,
    )  # fmt: skip
    if order.state != OrderState.COMPLETED:
        _hold(session, order)
    copy_buyer(session, order, sale.facts)
    payment = _payment(order, sale)
    session.add(payment)
    session.flush()
    if state_of(sale.facts) == PaymentState.SUCCEEDED:
        receipt_was_sent(session, order, sale.facts.email)
    return payment


def receipt_was_sent(session: Session, order: Order, email: str) -> None:
    """Keep the receipt of a sale that was completed before the restoring from going out twice; a person may send it."""
    if email:
        keep_back(queue(session, "receipt", order.number, email, order_id=order.id))


def refund_letter_was_sent(session: Session, order: Order, refund_id: str, amount: int, state: str) -> None:
    """The same for the letter about a refund. `refund_id`, `state`: Stripe's. `amount`: minor units."""
    if order.email:
        facts = {"amount": amount, "state": state, "why": ""}
        keep_back(queue(session, "refund", refund_id, order.email, order_id=order.id, facts=facts))


def keep_back(letter: Letter) -> None:
    """Not sent unless a person says so."""
    if letter.state != LetterState.SENT:
        letter.state, letter.next_try, letter.lease_until = LetterState.FAILED, None, None
        letter.last_error = ALREADY_WRITTEN


def _order(session: Session, sale: LostSale) -> Order:
    facts = sale.facts
    order = Order(
        number=sale.number, reference=sale.reference, cart_id=f"restored-{facts.session_id}",
        capture_policy=sale.capture_policy, country=sale.country, currency=facts.currency,
        subtotal=facts.subtotal, total=facts.total, created_at=sale.created_at,
    )  # fmt: skip
    session.add(order)
    _fill(session, order, sale)
    return order


def _fill(session: Session, order: Order, sale: LostSale) -> None:
    facts = sale.facts
    order.lines = [_line(session, place, line) for place, line in enumerate(sale.lines, 1)]
    order.offers, order.expires_at = [], None
    order.currency, order.subtotal, order.total = facts.currency, facts.subtotal, facts.total
    order.shipping, order.shipping_name = facts.shipping, facts.shipping_name
    session.flush()


def _line(session: Session, place: int, line: LostLine) -> LineItem:
    variant = session.get(Variant, line.variant_id) if line.variant_id else None
    if variant is None:
        return LineItem(
            position=place, handle="", title=line.title, unit_amount=line.unit_amount, quantity=line.quantity,
            plan=line.plan,
        )  # fmt: skip
    return LineItem(
        position=place, variant_id=variant.id, handle=variant.product.handle, title=variant.product.title,
        variant_title=variant.title, sku=variant.sku or "", unit_amount=line.unit_amount, quantity=line.quantity,
        requires_shipping=_is_sent(variant, line), plan=line.plan,
    )  # fmt: skip


def _is_sent(variant: Variant, line: LostLine) -> bool:
    if variant.plan is None or not line.plan:
        return variant.ships
    return variant.plan.gives == Gives.BOX and not line.plan["trial_days"]


def _hold(session: Session, order: Order) -> None:
    wanted: Counter[int] = Counter()
    for line in order.lines:
        if line.variant_id is not None and not line.begins_free:
            wanted[line.variant_id] += line.quantity
    try:
        hold.hold(session, order.id, wanted)
    except hold.ShortError:
        order.attention = "Brought back from Stripe, but its stock is not there any more: count the shelf."
    if any(line.variant_id is None for line in order.lines):
        order.attention = "Brought back from Stripe with a line whose product is not known: count the shelf."


def _payment(order: Order, sale: LostSale) -> Payment:
    open_page = sale.facts.status == "open"
    return Payment(
        reference=sale.payment, order_id=order.id, lines_hash=order.lines_hash, capture_method=sale.capture_method,
        state=PaymentState.OPEN if open_page else PaymentState.PROCESSING, currency=sale.facts.currency,
        amount=sale.facts.total, session_id=sale.facts.session_id, page_url=sale.facts.url,
        session_expires_at=sale.expires_at, created_at=sale.created_at, next_try=now(),
    )  # fmt: skip
