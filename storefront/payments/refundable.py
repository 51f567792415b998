"""What of an order's money, pieces and shipping can still be refunded."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.money import Money, quantum
from storefront.orders.order import LineItem, Order
from storefront.payments.allocation import shipping_due
from storefront.payments.dispute import Dispute, DisputeStatus, disputes_of
from storefront.payments.payment import Payment, payments_of
from storefront.payments.refund import Refund, refunds_of
from storefront.stock.hold import HoldState, StockHold

_EVERYTHING = 10**12
"""Minor units beyond any payment."""


@dataclass(frozen=True, slots=True)
class LineRest:
    """`quantity`: pieces not refunded yet. `put_back`: pieces that the shelf can still get back. `net`: minor units for all pieces."""

    line: LineItem
    quantity: int
    put_back: int
    net: int
    step: int

    def amount(self, pieces: int) -> int:
        """Minor units for so many further pieces; all pieces of a line, one by one or at once, add up to `net`."""
        before = self.line.quantity - self.quantity
        return self._share(before + pieces) - self._share(before)

    def _share(self, pieces: int) -> int:
        if pieces >= self.line.quantity:
            return self.net
        return self.net * pieces // self.line.quantity // self.step * self.step


@dataclass(frozen=True, slots=True)
class Rest:
    """Minor units of `currency`. `amount`: received and not refunded, nor on its way back, nor disputed.

    `payments`: with what is left of each. `refunds`: that count, oldest first. `locked`: why a dispute forbids
    refunds of a payment, in a sentence; empty where none does.
    """

    currency: str
    amount: int
    shipping: int
    lines: tuple[LineRest, ...]
    payments: tuple[tuple[Payment, int], ...]
    refunds: tuple[Refund, ...]
    locked: str = ""

    def money(self, amount: int) -> Money:
        """`amount` in the order's currency."""
        return Money(amount, self.currency)


def rest_of(session: Session, order: Order) -> Rest:
    """Of this order; to decide by it, lock the order first."""
    refunds = refunds_of(session, order.id)
    counting = tuple(refund for refund in refunds if refund.counts)
    disputes = disputes_of(session, order.id)
    payments = _payments(session, order, counting, disputes)
    return Rest(
        currency=order.currency,
        amount=sum(left for _, left in payments),
        shipping=max(shipping_due(order) - sum(refund.shipping for refund in counting), 0),
        lines=tuple(_lines(session, order, refunds)),
        payments=payments,
        refunds=counting,
        locked=next((_why_locked(dispute) for dispute in reversed(disputes) if not dispute.refundable), ""),
    )


def _why_locked(dispute: Dispute) -> str:
    if dispute.status == DisputeStatus.LOST:
        return "The dispute about this payment is lost: the buyer has the money already, so it cannot be refunded."
    return (
        f"The bank holds this payment because of a dispute ({dispute.status_words}). A refund would pay the buyer twice;"
        " refunds open again once the dispute is won."
    )


def _payments(
    session: Session, order: Order, counting: Iterable[Refund], disputes: Iterable[Dispute]
) -> tuple[tuple[Payment, int], ...]:
    """The one that made the order paid first. Of a payment that is not refundable at Stripe nothing is left."""
    gone: Counter[int] = Counter()
    for refund in counting:
        gone[refund.payment_id] += refund.amount
    for dispute in disputes:
        gone[dispute.payment_id] += dispute.withheld if dispute.refundable else _EVERYTHING
    received = [payment for payment in payments_of(session, order.id) if payment.received]
    ordered = sorted(received, key=lambda payment: not payment.settled_order)
    return tuple((payment, max(payment.received - gone[payment.id], 0)) for payment in ordered)


def _lines(session: Session, order: Order, refunds: Iterable[Refund]) -> Iterable[LineRest]:
    refunded: Counter[int] = Counter()
    returned: Counter[int] = Counter()
    for refund in refunds:
        for part in refund.lines:
            refunded[part.line_id] += part.quantity if refund.counts else 0
            returned[part.line_id] += part.put_back if refund.counts or refund.restocked else 0
    sold = select(StockHold.variant_id).where(StockHold.order_id == order.id, StockHold.state == HoldState.TAKEN)
    taken = set(session.scalars(sold))
    for line in order.lines:
        net = line.subtotal - line.discount + (0 if order.tax_included else line.tax)
        put_back = line.kept - returned[line.id] if line.variant_id in taken else 0
        yield LineRest(line, line.kept - refunded[line.id], put_back, net, quantum(order.currency))
