"""Reading a Checkout Session whole. One that began a subscription has no intent: it is that of the first invoice."""

from typing import Any

from storefront.cashier.gateway import Gateway
from storefront.cashier.subscription_reading import first_intent, name_of

Json = dict[str, Any]


def whole_session(gateway: Gateway, session_id: str) -> Json:
    """With line items, shipping rate, intent, charge and review. Raises GatewayError."""
    return with_invoice(gateway, gateway.session(session_id))


def with_invoice(gateway: Gateway, session: Json) -> Json:
    """The session; in subscription mode with the intent of its invoice, where that needs one."""
    invoice = name_of(session.get("invoice"))
    if session.get("mode") != "subscription" or not invoice:
        return session
    intent = first_intent(gateway.invoice(invoice))
    return {**session, "payment_intent": gateway.charged_intent(intent) if intent else None}
