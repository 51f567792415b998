"""Another plan, another quantity, at the portal (STRIPE.md section 9, subscription_update)."""

from decimal import Decimal

from flask import abort

from sandbox.billing import beginning, changing, periods, schedules
from sandbox.hosted.portal_deeds import RUNNING, give_discount
from sandbox.hosted.portal_session import Visit
from sandbox.transaction import Thing


def offers(at: Visit, subscription: Thing) -> list[Thing]:
    """Prices that the configuration lets this buyer change to, the present one among them."""
    feature = at.features["subscription_update"]
    items = subscription["items"]["data"]
    # Section 9: a subscription of several items can only be canceled.
    if not feature["enabled"] or len(items) != 1 or subscription["status"] not in RUNNING:
        return []
    names = [name for product in feature["products"] for name in product["prices"]]
    prices = [at.tx.find(name) for name in names]
    return [one for one in prices if one and one["active"] and one["currency"] == subscription["currency"]]


def quantities(at: Visit, subscription: Thing) -> tuple[int, int] | None:
    """The least and the most that the buyer may take of the present product; None where the number is fixed."""
    feature = at.features["subscription_update"]
    product = subscription["items"]["data"][0]["price"]["product"]
    for one in feature["products"] if "quantity" in feature["default_allowed_updates"] else []:
        if one["product"] == product and one["adjustable_quantity"]["enabled"]:
            return one["adjustable_quantity"]["minimum"] or 1, one["adjustable_quantity"]["maximum"] or 999999
    return None


def change_plan(at: Visit, subscription: Thing, price: str, quantity: int) -> None:
    """Another of the offered prices, another quantity, or both; the coupon of a link that asks to confirm goes with it."""
    item = subscription["items"]["data"][0]
    confirmed = confirming(at)
    if confirmed:
        price = confirmed["items"][0]["price"] or item["price"]["id"]
        quantity = confirmed["items"][0].get("quantity") or item["quantity"]
    chosen = next((one for one in offers(at, subscription) if one["id"] == price), None)
    if chosen is None:
        abort(400, "Choose one of the offered plans.")
    bounds = quantities(at, subscription)
    if not (confirmed or quantity == item["quantity"] or (bounds and bounds[0] <= quantity <= bounds[1])):
        abort(400, "This quantity is not on offer.")
    for given in (confirmed or {}).get("discounts") or []:
        give_discount(at, subscription, given["coupon"], given["promotion_code"])
    behavior = at.features["subscription_update"]["proration_behavior"]
    if waits(at, item, chosen, quantity):
        end = periods.boundary(item["current_period_end"], chosen["recurring"], 1)
        schedules.at_period_end(at.tx, subscription, [(chosen, quantity)], end)
        return
    changing.change(at.tx, subscription, [(item, chosen, quantity)], behavior, anchor_now=False)


def waits(at: Visit, item: Thing, chosen: Thing, quantity: int) -> bool:
    """Whether the shop lets such a change come with the next period only (section 9, schedule_at_period_end)."""
    conditions = {one["type"] for one in at.features["subscription_update"]["schedule_at_period_end"]["conditions"]}
    cheaper = Decimal(chosen["unit_amount_decimal"]) * quantity < beginning.price_of(item)
    shorter = periods.boundary(0, chosen["recurring"], 1) < periods.boundary(0, item["price"]["recurring"], 1)
    return ("decreasing_item_amount" in conditions and cheaper) or ("shortening_interval" in conditions and shorter)


def confirming(at: Visit) -> Thing | None:
    """What a link of the kind subscription_update_confirm asks to be confirmed."""
    asked: Thing | None = (at.session["flow"] or {}).get("subscription_update_confirm")
    return None if at.session.get("_done") else asked
