"""The one customer at Stripe that a buyer is, made when somebody who is signed in first checks out, and made anew once it is gone.

Only who has proved to read mail at an address is known to Stripe's page: it shows what the customer wrote there before.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.buyers.buyer import Buyer, buyer_with, lock_buyer, plain
from storefront.cashier.gateway import GatewayError
from storefront.orders.order import Order
from storefront.payments.command import CommandState, StripeCommand, Verb, command
from storefront.subscriptions.subscription import subscriptions_of

Json = dict[str, Any]


def customer_command(session: Session, order: Order, store_id: str) -> StripeCommand | None:
    """The command that makes the customer of who was signed in at checkout; None where nobody was, or the customer is known."""
    if order.visitor_id is None:
        return None
    buyer = lock_buyer(session, order.visitor_id)
    made = _made(session, buyer)
    if made is None and buyer.stripe_customer is None:
        buyer.stripe_customer = _from_a_subscription(session, buyer)
    if buyer.stripe_customer is not None:
        return None
    return made or command(session, Verb.MAKE_CUSTOMER, buyer.reference, _parameters(buyer, store_id), None)


def customer_for(session: Session, order: Order) -> str:
    """Stripe's id of who was signed in at checkout, empty where there is none."""
    buyer = session.get(Buyer, order.visitor_id) if order.visitor_id is not None else None
    return (buyer.stripe_customer if buyer is not None else None) or ""


def keep(session: Session, row: StripeCommand) -> None:
    """The command was carried out: from now on the buyer is this customer."""
    buyer = session.scalar(select(Buyer).where(Buyer.reference == row.reference))
    if buyer is not None and row.response is not None:
        buyer.stripe_customer = row.response["id"]


def is_gone(error: GatewayError) -> bool:
    """Whether Stripe says that it has no such customer, or has one in the other mode only."""
    return error.code == "resource_missing" and error.param == "customer"


def forget(session: Session, customer: str, store_id: str) -> bool:
    """Stripe does not have this customer any more: its buyer is to get another. Returns whether a buyer was it."""
    found = buyer_with(session, customer)
    buyer = lock_buyer(session, found.id) if found is not None else None
    if buyer is None or buyer.stripe_customer != customer:
        return False
    buyer.stripe_customer = None
    known = _made(session, buyer)
    if known is None:
        command(session, Verb.MAKE_CUSTOMER, buyer.reference, _parameters(buyer, store_id), None)
    elif known.state != CommandState.PENDING:
        known.once_more(_parameters(buyer, store_id))
    return True


def _made(session: Session, buyer: Buyer) -> StripeCommand | None:
    wanted = select(StripeCommand).where(
        StripeCommand.verb == Verb.MAKE_CUSTOMER, StripeCommand.reference == buyer.reference
    )
    return session.scalar(wanted)


def _from_a_subscription(session: Session, buyer: Buyer) -> str | None:
    """Who subscribed as a guest is a customer already; Stripe must still know it by the address that was proved."""
    for row in subscriptions_of(session, buyer.id):
        if row.customer and plain(row.email) == buyer.email and buyer_with(session, row.customer) is None:
            return row.customer
    return None


def _parameters(buyer: Buyer, store_id: str) -> Json:
    named = {"name": buyer.name[:256]} if buyer.name else {}
    return {"email": buyer.email, **named, "metadata": {"store": store_id, "buyer": buyer.reference}}
