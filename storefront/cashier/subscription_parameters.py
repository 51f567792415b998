"""What a Checkout Session that begins a subscription is asked for: `mode=subscription` (STRIPE.md section 3)."""

from typing import Any

from storefront.orders.order import LineItem, Order

Json = dict[str, Any]
DELIVERY = "delivery"
"""The key of a line item's metadata by which delivery is known again: in this mode Stripe offers no shipping rates."""


def with_subscription(parameters: Json, order: Order, plan: LineItem) -> Json:
    """`parameters` of a session that is paid once, made into those of one with a plan."""
    metadata = parameters["payment_intent_data"]["metadata"]
    made = {name: value for name, value in parameters.items() if name != "payment_intent_data"}
    terms = plan.plan
    begins: Json = {"metadata": metadata, "description": f"{plan.name}, order {order.number}"[:500]}
    if terms["trial_days"]:
        ending = {"missing_payment_method": terms["without_card"]}
        begins |= {"trial_period_days": terms["trial_days"], "trial_settings": {"end_behavior": ending}}
        if not terms["card_first"]:
            made["payment_method_collection"] = "if_required"
    made |= {
        "mode": "subscription",
        "line_items": [*parameters["line_items"], *([_delivery(order)] if order.offers else [])],
        "subscription_data": begins,
    }
    if order.country:
        made["shipping_address_collection"] = {"allowed_countries": [order.country]}
    return made


def _delivery(order: Order) -> Json:
    product = {"name": f"Delivery: {order.shipping_name}"[:250]}
    price = {"currency": order.currency, "unit_amount": order.shipping, "product_data": product}
    return {"quantity": 1, "price_data": price, "metadata": {DELIVERY: order.shipping_name[:500]}}
