"""What orders and refunds consist of, by product: plain columns, for reports over tens of thousands of them."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storefront.money import spread
from storefront.orders.order import LineItem, Order
from storefront.payments.refund import Refund, RefundLine

SHIPPING = "Shipping"


@dataclass(slots=True)
class Sold:
    """An order. `country`: where it goes, as ISO code. `weights`: title and minor units charged for it, shipping last."""

    country: str
    tax_included: bool
    weights: list[tuple[str, int]] = field(default_factory=list)

    def shares(self, amount: int) -> list[tuple[str, int]]:
        """An amount that names no product, over what was charged."""
        parts = spread(amount, [weight for _, weight in self.weights])
        return [(title, part) for (title, _), part in zip(self.weights, parts, strict=True) if part]


def sold(session: Session, order_ids: Collection[int]) -> dict[int, Sold]:
    """By the order's id."""
    if not order_ids:
        return {}
    place: ColumnElement[str | None] = Order.address["country"].as_string()
    tax_included = Order.total == Order.subtotal + Order.shipping - Order.discount
    wanted = select(Order.id, place, Order.country, tax_included, Order.shipping).where(Order.id.in_(order_ids))
    orders = session.execute(wanted).all()
    found = {order_id: Sold(there or country, included) for order_id, there, country, included, _ in orders}
    lines = select(
        LineItem.order_id, LineItem.title, LineItem.unit_amount, LineItem.quantity, LineItem.left_out,
        LineItem.discount, LineItem.tax,
    ).where(LineItem.order_id.in_(order_ids)).order_by(LineItem.order_id, LineItem.position)  # fmt: skip
    for order_id, title, unit_amount, quantity, left_out, discount, tax in session.execute(lines):
        order = found[order_id]
        net = unit_amount * quantity - discount + (0 if order.tax_included else tax)
        order.weights.append((title, net * (quantity - left_out) // quantity))
    for order_id, _, _, _, shipping in orders:
        found[order_id].weights.append((SHIPPING, shipping))
    return found


def named(session: Session, refund_ids: Collection[str]) -> dict[str, Counter[str]]:
    """By the refund's Stripe id: minor units by product, as far as the refund says what it is for."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    if not refund_ids:
        return found
    wanted = Refund.stripe_id.in_(refund_ids)
    for refund_id, shipping in session.execute(
        select(Refund.stripe_id, Refund.shipping).where(wanted, Refund.shipping > 0)
    ):
        found[str(refund_id)][SHIPPING] += shipping
    lines = select(Refund.stripe_id, LineItem.title, RefundLine.amount).join_from(RefundLine, Refund).join(LineItem)
    for refund_id, title, amount in session.execute(lines.where(wanted)):
        found[str(refund_id)][title] += amount
    return found
