"""Offering: the plans on show have their prices at Stripe, and the customer portal lets subscribers change between them."""

from typing import Any

from sqlalchemy import select

from storefront.cashier.commands import carry_out, claim_this
from storefront.cashier.plan_prices import price_of_variant
from storefront.cashier.till import Till
from storefront.catalog.plan import Plan
from storefront.catalog.product import Product, Status, Variant
from storefront.payments.command import CommandState, StripeCommand

Json = dict[str, Any]
MOST = 10
"""Products that a portal's configuration may offer."""


def offer_plans(till: Till) -> str:
    """Make prices that are missing and mend what the portal offers. Returns what was done. Raises GatewayError."""
    offered = [made.response for made in _prices(till) if made.response][:MOST]
    products = [{"product": str(price["product"]), "prices": [str(price["id"])]} for price in offered]
    active = [one for one in till.gateway.portals() if one["active"]]
    if not active:
        return "There is no customer portal yet."
    portal = next((one for one in active if one["is_default"]), active[0])
    if _offers(portal) == products:
        return f"The customer portal offers {len(products)} plans."
    feature: Json = {
        "enabled": bool(products),
        "default_allowed_updates": ["price"] if products else [],
        "products": products,
    }
    feature["proration_behavior"] = "create_prorations"
    till.gateway.update_portal(portal["id"], {"features": {"subscription_update": feature}})
    return f"The customer portal offers {len(products)} plans from now on."


def _offers(portal: Json) -> list[Json]:
    feature = portal["features"]["subscription_update"]
    return [{"product": one["product"], "prices": list(one["prices"])} for one in feature.get("products") or []]


def _prices(till: Till) -> list[StripeCommand]:
    """The commands that made them, newest product first; what Stripe does not answer now is carried out by the worker."""
    on_show = (Product.status == Status.ACTIVE, Product.published.is_(True), Variant.active.is_(True))
    sold = select(Variant).join(Plan, Plan.variant_id == Variant.id).join(Product, Product.id == Variant.product_id)
    with till.sessions.begin() as session:
        variants = session.scalars(
            sold.where(*on_show, Variant.currency == till.settings.currency).order_by(
                Product.id.desc(), Variant.position
            )
        )
        asked = [price_of_variant(session, variant, till.settings.store_id) for variant in variants.all()]
        names = [made.id for made in asked if made is not None]
    for name in names:
        mine = claim_this(till, name)
        if mine is not None:
            carry_out(till, mine)
    with till.sessions() as session:
        done = [session.get_one(StripeCommand, name) for name in names]
    return [made for made in done if made.state == CommandState.DONE]
