"""What a Checkout Session is asked for: frozen into its command before the call."""

from datetime import datetime
from typing import Any

from storefront.cashier.subscription_parameters import with_subscription
from storefront.orders.order import LineItem, Order
from storefront.payments.payment import Payment
from storefront.settings import Settings

Json = dict[str, Any]

VARIANTS_A_VALUE = 30
"""A value of Stripe's metadata has at most 500 characters."""


def parameters_of(order: Order, payment: Payment, settings: Settings, price: str = "", customer: str = "") -> Json:
    """Parameters of `POST /v1/checkout/sessions`. Our ids go as metadata on the session and its intent, the secret reference on neither.

    `price`: Stripe's id of that of the order's plan, if it has one. `customer`: that of who is signed in, if they are one.
    """
    metadata = {"store": settings.store_id, "order": order.number, "payment": payment.reference}
    parameters: Json = {
        "mode": "payment",
        "line_items": [
            {"price": price, "quantity": line.quantity} if line.plan else _line(line, order.currency)
            for line in order.lines
        ],
        "client_reference_id": order.number,
        "metadata": {**metadata, **_what_is_lost_otherwise(order)},
        "payment_intent_data": {
            "metadata": metadata,
            "description": f"Order {order.number}",
            "statement_descriptor_suffix": on_statement(order.number),
        },
        "expires_at": _unix(payment.session_expires_at),
        "success_url": f"{settings.site_url}/pay/{order.reference}?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{settings.site_url}/cart",
    }
    if order.plan_line is not None:
        parameters = with_subscription(parameters, order, order.plan_line)
    else:
        _paid_once(parameters, order, payment)
    return parameters | _whom(order, customer, sent="shipping_address_collection" in parameters)


def _paid_once(parameters: Json, order: Order, payment: Payment) -> None:
    if order.total == 0:
        del parameters["payment_intent_data"]
    elif payment.capture_method == "manual":
        parameters["payment_method_options"] = {"card": {"capture_method": "manual"}}
    if order.offers:
        parameters["shipping_address_collection"] = {"allowed_countries": [order.country]}
        parameters["shipping_options"] = [_shipping(offer, order.currency) for offer in order.offers]


def _whom(order: Order, customer: str, *, sent: bool) -> Json:
    """The customer, who learns what is written on the page; else the address, where one is known.

    `sent`: the page asks where to; only then does Stripe let the customer learn that.
    """
    if not customer:
        return {"customer_email": order.email} if order.email else {}
    learns = {"address": "auto", "name": "auto"} | ({"shipping": "auto"} if sent else {})
    return {"customer": customer, "customer_update": learns}


def on_statement(number: str) -> str:
    """What the buyer's bank statement says beside the account's prefix: the order, so that it is recognised.

    Stripe wants a letter in it, no quotes, stars or angle brackets, and at most 22 characters together with the prefix.
    """
    return number if any(sign.isalpha() for sign in number) else number.replace("-", "N")


def _what_is_lost_otherwise(order: Order) -> dict[str, str]:
    """What a database restored from an older backup needs to bring the order back: its policy, and which variants."""
    written = [f"{line.variant_id or 0}x{line.quantity}" for line in order.lines]
    parts = [written[start : start + VARIANTS_A_VALUE] for start in range(0, len(written), VARIANTS_A_VALUE)]
    return {"policy": order.capture_policy} | {f"lines_{place}": " ".join(part) for place, part in enumerate(parts)}


def _line(line: LineItem, currency: str) -> Json:
    name = f"{line.title} ({line.variant_title})" if line.variant_title else line.title
    return {
        "quantity": line.quantity,
        "price_data": {"currency": currency, "unit_amount": line.unit_amount, "product_data": {"name": name[:250]}},
    }


def _shipping(offer: Json, currency: str) -> Json:
    delivery = {
        "minimum": {"unit": "business_day", "value": max(offer["min_days"], 1)},
        "maximum": {"unit": "business_day", "value": max(offer["max_days"], 1)},
    }
    rate = {
        "display_name": offer["name"][:100],
        "type": "fixed_amount",
        "fixed_amount": {"amount": offer["amount"], "currency": currency},
        "delivery_estimate": delivery,
    }
    return {"shipping_rate_data": rate}


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())
