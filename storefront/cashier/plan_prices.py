"""Stripe Prices of plans: one for each price, rhythm and name that is ever sold, made by a command and found by it again."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.catalog.plan import Terms, hash_of
from storefront.catalog.product import Variant
from storefront.money import Money
from storefront.orders.order import Order
from storefront.payments.command import StripeCommand, Verb, command

Json = dict[str, Any]


def price_command(session: Session, order: Order, store_id: str) -> StripeCommand | None:
    """The command that makes the price of the order's plan, as it was frozen; None where the order has no plan."""
    line = order.plan_line
    if line is None:
        return None
    terms = Terms(line.plan["interval"], line.plan["count"])
    metadata = {"store": store_id, "variant": str(line.variant_id or 0)}
    return _command(session, metadata, line.name, order.money(line.plan["price"]), terms)


def price_of_variant(session: Session, variant: Variant, store_id: str) -> StripeCommand | None:
    """The same for a plan as it is sold today; None for a variant without one."""
    if variant.plan is None:
        return None
    name = f"{variant.product.title} ({variant.title})" if variant.title else variant.product.title
    metadata = {"store": store_id, "variant": str(variant.id)}
    return _command(session, metadata, name, variant.money, variant.plan.terms)


def price_id(made: StripeCommand | None) -> str:
    """Stripe's id out of a command that was carried out; empty without one."""
    return str((made.response or {}).get("id") or "") if made is not None else ""


def _command(session: Session, metadata: Json, name: str, price: Money, terms: Terms) -> StripeCommand:
    made_of = hash_of(price.amount, price.currency, name, terms)
    reference = f"{metadata['store']}-{metadata['variant']}-{made_of}"
    parameters: Json = {
        "currency": price.currency,
        "unit_amount": price.amount,
        "recurring": {"interval": terms.interval, "interval_count": terms.count},
        "nickname": name[:250],
        "product_data": {"name": name[:250], "metadata": metadata},
        "metadata": metadata,
        "lookup_key": reference[:200],
        "transfer_lookup_key": True,
    }
    return command(session, Verb.MAKE_PRICE, reference, parameters, None)
