"""Withdrawing: what is refunded before it went out is not sent any more."""

from collections import Counter

from sqlalchemy.orm import Session

from storefront.orders.fulfilling import withdraw
from storefront.orders.order import Order
from storefront.payments.ledger import EntryKind, balance_of
from storefront.payments.refund import refunds_of


def withdraw_refunded(session: Session, order: Order) -> None:
    """Count anew what may still be sent of the locked order. A refund that came to nothing lets its pieces go again.

    Once all that was received is going back, nothing is sent, whichever pieces the refunds named.
    """
    session.flush()
    refunds = [refund for refund in refunds_of(session, order.id) if refund.counts]
    received = balance_of(session, order.id, EntryKind.CHARGE)
    pieces: Counter[int] = Counter()
    for refund in refunds:
        for entry in refund.lines:
            pieces[entry.line_id] += entry.quantity
    if received and sum(refund.amount for refund in refunds) >= received:
        pieces = Counter({line.id: line.quantity for line in order.lines})
    withdraw(session, order, pieces)
