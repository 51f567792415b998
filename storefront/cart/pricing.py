"""What a cart costs today: prices from the catalogue, stock as it is, delivery to the country chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from storefront.cart import delivery
from storefront.cart.cart import MOST_PIECES, Cart, CartLine
from storefront.cart.priced import PricedCart, PricedLine
from storefront.catalog.plan import Gives
from storefront.catalog.product import Kind, Product, Variant
from storefront.money import Money, quantum
from storefront.stock.level import StockLevel

MOST_BESIDE_A_PLAN = 19
"""Stripe takes 20 things that are paid once beside a plan (Checkout, `line_items`); delivery is one of them."""
LARGEST = 99_999_999
"""Minor units: Stripe takes eight digits at most (Stripe documentation, "Minimum and maximum charge amounts")."""


def price(session: Session, cart: Cart, currency: str, held: Mapping[int, int] | None = None) -> PricedCart:
    """The cart at today's prices.

    `held`: pieces by variant id that this buyer's own open order keeps already, so they are not short for this buyer.
    """
    variants, levels = _variants(session, cart), _levels(session, cart)
    changes: list[str] = []
    lines: list[PricedLine] = []
    for line in cart.lines:
        variant = variants.get(line.variant_id)
        gone = _gone(variant, currency)
        if variant is None or gone:
            changes.append(gone)
            continue
        level = levels.get(line.variant_id)
        most = (
            MOST_PIECES if level is None or level.oversell else level.available + (held or {}).get(line.variant_id, 0)
        )
        priced = _priced(line, variant, max(0, min(most, MOST_PIECES)), level)
        changes += _changed(line, priced)
        lines.append(priced)
    sound = [line for line in lines if not line.trouble]
    offered = delivery.offered(
        session,
        cart,
        currency,
        needed=any(line.requires_shipping for line in sound),
        included=all(line.plan is not None for line in sound if line.requires_shipping),
    )
    changes += offered.changes
    kept = tuple(CartLine(line.variant_id, line.quantity, line.unit.amount) for line in lines)
    remade = replace(cart, lines=kept, rate_id=offered.chosen.id if offered.chosen else cart.rate_id)
    result = PricedCart(remade, currency, tuple(lines), tuple(changes), offered, "")
    return replace(result, obstacle=_obstacle(result))


def unsellable(variant: Variant, currency: str) -> str:
    """Why this cannot be put into a cart, in a sentence; empty if it can. Stock is another question."""
    name = variant.product.title
    if not variant.product.on_show or not variant.active:
        return f"{name} is no longer sold."
    sold = variant.has_file if variant.product.kind == Kind.DIGITAL else variant.plan is not None
    if variant.product.kind != Kind.PHYSICAL and not sold:
        return f"{name} cannot be bought yet. It is coming soon."
    if variant.currency != currency or variant.price % quantum(currency):
        return f"{name} has no price that can be charged at the moment."
    return ""


def _variants(session: Session, cart: Cart) -> dict[int, Variant]:
    wanted = select(Variant).where(Variant.id.in_([line.variant_id for line in cart.lines]))
    product = joinedload(Variant.product).selectinload(Product.images)
    whole = wanted.options(product, selectinload(Variant.image), selectinload(Variant.plan))
    return {variant.id: variant for variant in session.scalars(whole)}


def _levels(session: Session, cart: Cart) -> dict[int, StockLevel]:
    rows = session.scalars(
        select(StockLevel).where(StockLevel.variant_id.in_([line.variant_id for line in cart.lines]))
    )
    return {row.variant_id: row for row in rows}


def _gone(variant: Variant | None, currency: str) -> str:
    if variant is None:
        return "Something in your cart is no longer sold and was taken out."
    why = unsellable(variant, currency)
    return f"{why} It was taken out of your cart." if why else ""


def _priced(line: CartLine, variant: Variant, most: int, level: StockLevel | None) -> PricedLine:
    product, plan = variant.product, variant.plan.terms if variant.plan is not None else None
    images = [variant.image, *product.images]
    trouble = ""
    if most == 0:
        being_paid = level is not None and level.held > 0 and level.on_hand > 0
        trouble = (
            "Somebody else is paying for the last of these right now. If they do not, it is back within 45 minutes."
            if being_paid
            else "This is sold out."
        )
    return PricedLine(
        variant_id=variant.id,
        handle=product.handle,
        title=product.title,
        variant_title=variant.title,
        sku=variant.sku or "",
        media_hash=next((image.media_hash for image in images if image and image.media_hash), ""),
        unit=variant.money,
        quantity=min(line.quantity, most) or line.quantity,
        most=most,
        requires_shipping=plan.gives == Gives.BOX if plan else variant.ships,
        trouble=trouble,
        plan=plan,
    )


def _changed(line: CartLine, priced: PricedLine) -> list[str]:
    changes = []
    if priced.unit.amount != line.seen_price:
        changes.append(
            f"The price of {priced.name} is now {priced.unit}. It was {Money(line.seen_price, priced.unit.currency)}."
        )
    if priced.quantity < line.quantity:
        left = "is only 1" if priced.quantity == 1 else f"are only {priced.quantity}"
        changes.append(f"There {left} of {priced.name} left. You had asked for {line.quantity}.")
    return changes


def plan_obstacle(lines: Sequence[PricedLine]) -> str:
    """Why Stripe's page cannot take these together with their subscription, in a sentence; empty if it can."""
    plans = [line for line in lines if line.plan is not None]
    if len(plans) > 1:
        named = " and ".join(line.name for line in plans)
        return (
            f"{named} are subscriptions, and only one can begin at a time. Take one out, and order it right afterwards."
        )
    if plans and len(lines) - len(plans) > MOST_BESIDE_A_PLAN:
        return (
            f"Together with a subscription at most {MOST_BESIDE_A_PLAN} other things can be paid at once. "
            f"Take {plans[0].name} out of the cart, and order it right afterwards."
        )
    return ""


def _obstacle(priced: PricedCart) -> str:
    if not priced.buyable:
        return "Nothing in your cart can be bought right now." if priced.lines else "Your cart is empty."
    troubled = [line.name for line in priced.lines if line.trouble]
    if troubled:
        return f"Take {' and '.join(troubled)} out of the cart to check out with the rest."
    if plan_obstacle(priced.lines) or priced.delivery.obstacle:
        return plan_obstacle(priced.lines) or priced.delivery.obstacle
    if priced.total.below_minimum():
        return f"{priced.total} is less than can be paid by card. Add something more to the cart."
    if priced.total.amount > LARGEST:
        most = Money(LARGEST, priced.currency)
        return f"{priced.total} is more than can be paid at once, which is {most}. Split it over several orders."
    return ""
