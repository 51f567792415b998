"""Boxes: a paid invoice becomes an order, to be packed if its plan gives a box, once and with stock and address."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.plan import Gives, Plan
from storefront.clock import now
from storefront.money import spread
from storefront.orders.fulfilling import recount
from storefront.orders.order import LineItem, Order, OrderState
from storefront.orders.policy import AUTOMATIC
from storefront.orders.timeline import tell
from storefront.stock import hold
from storefront.subscriptions.facts import SubscriptionFacts
from storefront.subscriptions.invoice import Invoice
from storefront.subscriptions.subscription import Subscription

COMPLETED = "order.completed"
CHANGE = "Change of plan"


def sells_something(invoice: Invoice) -> bool:
    """Whether money came by it, or a whole period was given away by a discount. A trial's empty invoice sells nothing."""
    return invoice.total > 0 or any(_is_period(line) for line in invoice.lines)


def order_of(session: Session, row: Subscription, invoice: Invoice, facts: SubscriptionFacts) -> Order:
    """The order that this paid invoice is: complete, its stock taken, to be sent to the buyer's latest address."""
    first = session.get(Order, row.order_id) if row.order_id else None
    address = facts.address or (first.address if first else {})
    order = Order(
        cart_id=f"invoice-{invoice.stripe_id}", state=OrderState.COMPLETED, capture_policy=AUTOMATIC, buyer_id=row.buyer_id,
        email=row.email, name=facts.address_name or (first.name if first else row.name), phone=first.phone if first else "",
        address=address, country=address.get("country") or (first.country if first else ""), currency=invoice.currency,
        subtotal=0, total=invoice.total, tax=invoice.tax, completed_at=now(),
    )  # fmt: skip
    session.add(order)
    order.lines = _lines(session, row, invoice, first)
    order.subtotal = sum(line.subtotal for line in order.lines)
    order.discount = max(order.subtotal + _tax_on_top(invoice) - invoice.total, 0)
    _spread(order)
    session.flush()
    said = f"Stripe confirmed the payment of invoice {invoice.number or invoice.stripe_id} of the subscription {row.stripe_id}."
    tell(session, order.id, COMPLETED, said, "stripe")
    _take_stock(session, order)
    recount(session, order)
    return order


def _is_period(line: dict[str, object]) -> bool:
    """A whole period that is not given for a trial."""
    return bool(line["item"]) and not line["proration"] and int(str(line["amount"])) > 0


def _tax_on_top(invoice: Invoice) -> int:
    return invoice.tax if invoice.total != invoice.subtotal - invoice.discount else 0


def _lines(session: Session, row: Subscription, invoice: Invoice, first: Order | None) -> list[LineItem]:
    """A line for each period, one for what a change of plan came to, and one for each other thing on the invoice."""
    lines = []
    for told in invoice.lines:
        if _is_period(told):
            lines.append(_period_line(session, row, told, first))
        elif not told["proration"] and told["amount"] > 0:
            lines.append(_plain_line(told["name"], told["amount"]))
    change = sum(told["amount"] for told in invoice.lines if told["proration"])
    if change > 0:
        lines.append(_plain_line(CHANGE, change))
    for position, line in enumerate(lines, 1):
        line.position = position
    return lines


def _period_line(session: Session, row: Subscription, told: dict[str, object], first: Order | None) -> LineItem:
    item = next((one for one in row.items if one.stripe_id == told["item"] and one.price == told["price"]), None)
    amount, quantity = int(str(told["amount"])), int(str(told["quantity"])) or 1
    even = amount % quantity == 0
    variant_id = item.variant_id if item else None
    plan = session.get(Plan, variant_id) if variant_id else None
    agreed = first.plan_line if first else None
    gives = plan.gives if plan else (agreed.plan["gives"] if agreed else Gives.ACCESS)
    return LineItem(
        variant_id=variant_id, handle="", title=item.name if item else str(told["name"]),
        unit_amount=amount // quantity if even else amount, quantity=quantity if even else 1,
        requires_shipping=gives == Gives.BOX, plan={},
    )  # fmt: skip


def _plain_line(name: str, amount: int) -> LineItem:
    return LineItem(handle="", title=name, unit_amount=amount, quantity=1, requires_shipping=False, plan={})


def _spread(order: Order) -> None:
    weights = [line.subtotal for line in order.lines]
    for line, tax, discount in zip(
        order.lines, spread(order.tax, weights), spread(order.discount, weights), strict=True
    ):
        line.tax, line.discount = tax, discount


def _take_stock(session: Session, order: Order) -> None:
    """It is paid, so a missing box is for a person to see."""
    wanted: Counter[int] = Counter()
    for line in order.lines:
        if line.requires_shipping and line.variant_id is not None:
            wanted[line.variant_id] += line.quantity
    try:
        hold.hold(session, order.id, wanted)
    except hold.ShortError:
        order.attention = (
            "This box is paid for, but the stock says that there is none left. Count the shelf, or refund it."
        )
        return
    hold.take(session, order.id)


def boxes_of(session: Session, subscription_id: int) -> list[Order]:
    """The orders of its paid invoices, newest first."""
    wanted = select(Order).join(Invoice, Invoice.order_id == Order.id).where(Invoice.subscription_id == subscription_id)
    return list(session.scalars(wanted.order_by(Order.id.desc())))
