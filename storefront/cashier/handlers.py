"""Which handler acts on an event: by its type where the object says too little, else by the kind of its object."""

from typing import Any

from storefront.cashier import dispute_events, payment_events, subscription_events
from storefront.cashier.outcome import Handler

Json = dict[str, Any]

BY_TYPE: dict[str, Handler] = {"charge.refunded": payment_events.refunds}
BY_OBJECT: dict[str, Handler] = {
    "checkout.session": payment_events.payment,
    "payment_intent": payment_events.payment,
    "charge": payment_events.payment,
    "review": payment_events.payment,
    "refund": payment_events.refunds,
    "subscription": subscription_events.subscription,
    "invoice": subscription_events.invoice,
    "invoice_payment": subscription_events.invoice_payment,
    "customer": subscription_events.customer,
    "payment_method": subscription_events.customer,
    "dispute": dispute_events.dispute,
    "radar.early_fraud_warning": dispute_events.fraud_warning,
}


def handler_of(body: Json) -> Handler | None:
    """None: the shop does not act on this kind of event."""
    return BY_TYPE.get(body["type"]) or BY_OBJECT.get(body["data"]["object"].get("object"))
