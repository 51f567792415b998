"""What stands in the way of an erasure, each in a sentence: whatever still needs to know who the person is."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.orders.order import Order, OrderState
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.command import CommandState, StripeCommand
from storefront.payments.dispute import Dispute
from storefront.payments.payment import Payment, PaymentState
from storefront.payments.refund import UNDER_WAY, Refund
from storefront.privacy.held import Found
from storefront.subscriptions.subscription import OVER, Subscription

MONEY_ON_ITS_WAY = (PaymentState.PROCESSING, PaymentState.AUTHORIZED)


def obstacles(session: Session, found: Found) -> list[str]:
    """Sentences, empty where nothing stands in the way."""
    return [*_orders(session, found), *_money(session, found), *_subscriptions(session, found), *_talk(session, found)]


def _orders(session: Session, found: Found) -> Iterator[str]:
    for order in session.scalars(select(Order).where(Order.id.in_(found.person.orders)).order_by(Order.id)):
        if order.state == OrderState.OPEN:
            yield f"Order {order.number} is still open: it has to be paid, cancelled or run out first."
        elif order.to_ship:
            yield f"Order {order.number} is paid and not wholly sent: it has to be sent or cancelled first."


def _money(session: Session, found: Found) -> Iterator[str]:
    orders = found.person.orders
    moving = select(Order.number).join(Payment).where(Payment.order_id.in_(orders), Payment.state.in_(MONEY_ON_ITS_WAY))
    for number in session.scalars(moving):
        yield f"Money for order {number} is on its way: it has to arrive or be given back first."
    returning = select(Order.number).join(Refund).where(Refund.order_id.in_(orders), Refund.state.in_(UNDER_WAY))
    for number in session.scalars(returning):
        yield f"A refund of order {number} is on its way: the bank has to confirm it first."
    disputed = select(Order.number).join(Dispute).where(Dispute.order_id.in_(orders), Dispute.closed_at.is_(None))
    for number in session.scalars(disputed):
        yield f"A payment of order {number} is disputed: the bank has to decide first."


def _subscriptions(session: Session, found: Found) -> Iterator[str]:
    running = select(Subscription).where(
        Subscription.id.in_(found.person.subscriptions), Subscription.status.not_in(OVER)
    )
    for row in session.scalars(running):
        yield f"The subscription to {row.what or row.stripe_id} is not over: it has to be ended first."


def _talk(session: Session, found: Found) -> Iterator[str]:
    waiting = (CommandState.PENDING, CommandState.FAILED)
    asked = select(StripeCommand.id).where(StripeCommand.id.in_(found.commands), StripeCommand.state.in_(waiting))
    if session.scalar(asked.limit(1)) is not None:
        yield "Stripe has not yet answered all that it was asked about these orders: try again in a few minutes."
    leaving = select(Letter.id).where(Letter.recipient == found.person.email, Letter.state == LetterState.SENDING)
    if session.scalar(leaving.limit(1)) is not None:
        yield "A letter to this address is being sent at this moment: try again in a minute."
