"""Offering: the plans on show have their prices at Stripe, so that the customer portal lets subscribers change between them."""

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


def offered_plans(till: Till) -> list[Json]:
    """Product and price at Stripe of each plan on show, made there where they are not yet. Raises GatewayError."""
    offered = [made.response for made in _prices(till) if made.response][:MOST]
    return [{"product": str(price["product"]), "prices": [str(price["id"])]} for price in offered]


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
