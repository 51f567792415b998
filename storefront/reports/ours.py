"""Our side of the books: payments, orders and ledger entries, as far as a statement of Stripe's goes."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storefront.orders.order import Order, OrderState
from storefront.payments.ledger import LedgerEntry
from storefront.payments.payment import Payment
from storefront.reports.statement import Statement

CHARGES = ("charge",)
RETURNS = ("refund", "refund_failure")
DISPUTES = ("dispute", "dispute_reversal")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Ours:
    """`payments`: by reference. `orders`: by id. `entries`: of the ledger, by the Stripe id that they are about."""

    payments: dict[str, Payment]
    orders: dict[int, Order]
    entries: dict[str, list[LedgerEntry]]

    def booked(self, stripe_id: str, kinds: tuple[str, ...]) -> int:
        """Minor units: the signed sum of these kinds about this charge or refund."""
        return sum(entry.amount for entry in self.entries.get(stripe_id, ()) if entry.kind in kinds)

    def number(self, payment: Payment) -> str:
        """Of its order."""
        return self.orders[payment.order_id].number


def gathered(session: Session, statement: Statement) -> Ours:
    """What the statement names, and what is of its time."""
    references = [sale.reference for sale in statement.sales]
    intents = [refund.intent_id for refund in statement.refunds if refund.intent_id]
    intents += [dispute.intent_id for dispute in statement.disputes if dispute.intent_id]
    payments = [
        *_where(session, Payment, Payment.reference, references),
        *_where(session, Payment, Payment.intent_id, intents),
        *session.scalars(select(Payment).where(Payment.created_at >= statement.since)),
    ]
    order_ids = {payment.order_id for payment in payments}
    orders = [
        *_where(session, Order, Order.id, order_ids),
        *session.scalars(select(Order).where(Order.state == OrderState.COMPLETED, Order.created_at >= statement.since)),
    ]
    entries: defaultdict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in _where(session, LedgerEntry, LedgerEntry.order_id, {order.id for order in orders}):
        entries[entry.stripe_id].append(entry)
    return Ours(
        {payment.reference: payment for payment in payments}, {order.id: order for order in orders}, dict(entries)
    )


def _where(session: Session, model: Any, column: Any, values: Collection[Any]) -> Iterator[Any]:
    """Rows whose `column` is one of `values`, asked for in pieces that every database takes."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), CHUNK):
        some: ColumnElement[bool] = column.in_(wanted[start : start + CHUNK])
        yield from session.scalars(select(model).where(some))
