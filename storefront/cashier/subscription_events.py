"""Events of subscriptions, their invoices and their customers: each leads to a look at the subscriptions that it is about."""

from typing import Any

from sqlalchemy import select

from storefront.buyers.buyer import buyer_with
from storefront.cashier import customers
from storefront.cashier.buyers_customer import forget
from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.outcome import Outcome
from storefront.cashier.settling import settle
from storefront.cashier.subscription_reading import name_of, subscription_of_invoice
from storefront.cashier.subscription_settling import STRANGER, settle_subscription
from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent
from storefront.payments.payment import payments_of
from storefront.subscriptions.invoice import Invoice
from storefront.subscriptions.subscription import Subscription, of_customer, subscription_with

Json = dict[str, Any]
OF_NONE = "About an invoice of no subscription."
NOBODY = "About a customer who has no subscription here."
FORGOTTEN = "The customer is gone at Stripe; the buyer's next checkout makes another."
AHEAD = "It announces an invoice that does not exist yet; nothing to do."


def subscription(till: Till, _event: StripeEvent, body: Json) -> Outcome:
    """By the object's own id."""
    return _settled(till, [str(body["data"]["object"].get("id") or "")])


def invoice(till: Till, _event: StripeEvent, body: Json) -> Outcome:
    """By the invoice's parent."""
    thing = body["data"]["object"]
    if body["type"] == "invoice.upcoming" or not thing.get("id"):
        return Outcome(EventState.IGNORED, AHEAD)
    name = subscription_of_invoice(thing)
    return _settled(till, [name]) if name else Outcome(EventState.IGNORED, OF_NONE)


def invoice_payment(till: Till, _event: StripeEvent, body: Json) -> Outcome:
    """It names its invoice only, which is asked for where it is not known here."""
    name = name_of(body["data"]["object"].get("invoice"))
    with till.sessions() as session:
        known = session.scalar(
            select(Subscription.stripe_id).join(Invoice, Invoice.subscription_id == Subscription.id).where(
                Invoice.stripe_id == name
            )
        )  # fmt: skip
    found = known or (subscription_of_invoice(till.gateway.invoice(name)) if name else "")
    return _settled(till, [found]) if found else Outcome(EventState.IGNORED, OF_NONE)


def customer(till: Till, _event: StripeEvent, body: Json) -> Outcome:
    """Another card, another address, or no customer any more, which ends the subscriptions at Stripe."""
    thing = body["data"]["object"]
    name = str(thing.get("id") or "") if thing.get("object") == "customer" else name_of(thing.get("customer"))
    with till.sessions() as session:
        names = [row.stripe_id for row in of_customer(session, name) if not row.over]
    forgotten = body["type"] == "customer.deleted" and _forgotten(till, name)
    if names:
        return _settled(till, names)
    return Outcome(EventState.APPLIED, FORGOTTEN) if forgotten else Outcome(EventState.IGNORED, NOBODY)


def _forgotten(till: Till, name: str) -> bool:
    """Whether a buyer was the customer whom Stripe no longer has. Raises GatewayError."""
    with till.sessions() as session:
        if buyer_with(session, name) is None:
            return False
    try:
        gone = bool(customers.customer(till.gateway, name).get("deleted"))
    except GatewayError as error:
        gone = error.trouble == Trouble.MISSING
        if not gone:
            raise
    with till.sessions.begin() as session:
        return gone and forget(session, name, till.settings.store_id)


def _settled(till: Till, names: list[str]) -> Outcome:
    verdicts = [settle_subscription(till, name) for name in names]
    state = EventState.IGNORED if set(verdicts) == {STRANGER} else EventState.APPLIED
    return Outcome(state, " ".join(dict.fromkeys(verdicts)))


def settle_invoice_of(till: Till, intent_id: str) -> Outcome | None:
    """An intent that belongs to an invoice is settled by its invoice, the first one of all by the checkout that made it.

    None: it belongs to none of a subscription. Raises GatewayError.
    """
    name = till.gateway.invoice_of_intent(intent_id) if intent_id else ""
    found = subscription_of_invoice(till.gateway.invoice(name)) if name else ""
    if not found:
        return None
    outcome = _settled(till, [found])
    with till.sessions() as session:
        row = subscription_with(session, found)
        begun = payments_of(session, row.order_id) if row is not None and row.order_id is not None else []
    for payment in begun:
        if payment.session_id is not None and payment.intent_id is None:
            settle(till, payment.id)
    return outcome
