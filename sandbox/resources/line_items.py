"""A session's line items: prices that exist, or price_data that makes one; and what it offers besides (STRIPE.md section 3, Create)."""

from typing import Any

from sandbox.billing import periods
from sandbox.errors import exclusive, invalid, missing
from sandbox.resources.prices import new_price, rounded
from sandbox.resources.products import new_product
from sandbox.transaction import Thing, Transaction, public

MOST, MOST_OF_A_KIND, MOST_OFFERS, HIGHEST = 100, 20, 10, 999_999


def made(tx: Transaction, given: list[Any], mode: str = "payment") -> list[Thing]:
    """The items of a session, all in one currency; the objects they name are written."""
    if len(given) > MOST:
        raise invalid(f"You may only specify up to {MOST} line items.", "line_items")
    items = [_item(tx, one, f"line_items[{place}]", mode) for place, one in enumerate(given)]
    if mode == "subscription" and not any(item["price"]["recurring"] for item in items):
        message = "You must provide at least one recurring price in `subscription` mode when using prices."
        raise invalid(message, "line_items")
    _check_together(items, mode, "line_items")
    return items


def offered(tx: Transaction, given: list[Any], items: list[Thing], mode: str) -> list[Thing]:
    """Items that the buyer may add, by existing prices; the limits of line items hold for both together (section 3, Create)."""
    if len(given) > MOST_OFFERS:
        raise invalid(f"You may only specify up to {MOST_OFFERS} optional items.", "optional_items")
    for place, one in enumerate(given):
        if "price" not in one:
            raise missing(f"optional_items[{place}][price]")
    offers = [_item(tx, one, f"optional_items[{place}]", mode) for place, one in enumerate(given)]
    if len(items) + len(offers) > MOST:
        raise invalid(f"You may only specify up to {MOST} line items and optional items.", "optional_items")
    _check_together(items + offers, mode, "optional_items")
    return offers


def _check_together(items: list[Thing], mode: str, where: str) -> None:
    """One currency; in subscriptions one rhythm and at most 20 prices of either kind (section 3, Create)."""
    if len({item["currency"] for item in items}) > 1:
        raise invalid("The prices of all line items must use the same currency.", where)
    if mode != "subscription":
        return
    recurring = [item["price"] for item in items if item["price"]["recurring"]]
    if len(recurring) > MOST_OF_A_KIND or len(items) - len(recurring) > MOST_OF_A_KIND:
        raise invalid(f"You may only specify up to {MOST_OF_A_KIND} line items of a kind.", where)
    if len({periods.rhythm(price) for price in recurring}) > 1:
        raise invalid("Checkout does not support multiple prices with different billing intervals.", where)


def _item(tx: Transaction, given: Any, within: str, mode: str) -> Thing:
    price = _price(tx, given, within, mode)
    adjustable = given.get("adjustable_quantity")
    quantity = given.get("quantity", adjustable.get("minimum", 1) if adjustable else None)
    if quantity is None:
        raise missing(f"{within}[quantity]")
    if quantity < 1 and not (adjustable and adjustable.get("minimum", 0) == 0):
        raise invalid(
            "This value must be greater than or equal to 1.", f"{within}[quantity]", "parameter_invalid_integer"
        )
    shown = _adjustable(adjustable, quantity, within)
    amount = rounded(price, quantity)
    item = tx.new("li", "item")
    del item["created"], item["livemode"]
    return item | {
        "adjustable_quantity": shown,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": tx.get(price["product"])["name"],
        "metadata": dict(given.get("metadata") or {}),
        "price": public(price),
        "quantity": quantity,
    }


def _adjustable(given: Any, quantity: int, within: str) -> Thing | None:
    """How far the buyer may change a quantity, which must itself lie between (docs: adjustable-quantity)."""
    if not given or not given["enabled"]:
        return None
    least, most = given.get("minimum", 0), given.get("maximum", 99)
    where = f"{within}[adjustable_quantity]"
    if not 0 <= least <= HIGHEST:
        raise invalid(f"`minimum` must be between 0 and {HIGHEST}.", f"{where}[minimum]", "parameter_invalid_integer")
    if not max(1, least) <= most <= HIGHEST:
        message = f"`maximum` must be at least 1, no less than `minimum`, and at most {HIGHEST}."
        raise invalid(message, f"{where}[maximum]", "parameter_invalid_integer")
    if not least <= quantity <= most:
        message = f"`quantity` must be between `adjustable_quantity[minimum]` ({least}) and `adjustable_quantity[maximum]` ({most})."
        raise invalid(message, f"{within}[quantity]")
    return {"enabled": True, "maximum": most, "minimum": least}


def _price(tx: Transaction, given: Any, within: str, mode: str) -> Thing:
    if "price" in given and "price_data" in given:
        raise exclusive(f"{within}[price]", f"{within}[price_data]")
    if "price" in given:
        price = tx.require("price", given["price"], f"{within}[price]")
        if not price["active"]:
            message = "The price specified is inactive. This field only accepts active prices."
            raise invalid(message, f"{within}[price]")
        if price["recurring"] and mode == "payment":
            message = (
                "You specified `payment` mode but passed a recurring price. "
                "Either switch to `subscription` mode or use only one-time prices."
            )
            raise invalid(message, f"{within}[price]")
        return price
    if "price_data" not in given:
        raise missing(f"{within}[price_data]")
    return _from_data(tx, given["price_data"], f"{within}[price_data]", mode)


def _from_data(tx: Transaction, data: Any, within: str, mode: str) -> Thing:
    if "product" in data and "product_data" in data:
        raise exclusive(f"{within}[product]", f"{within}[product_data]")
    if "recurring" in data and mode == "payment":
        raise invalid("You specified `payment` mode but passed a recurring price.", f"{within}[recurring]")
    if "product" in data:
        product = tx.require("product", data["product"], f"{within}[product]")
    elif "product_data" in data:
        product = new_product(tx, data["product_data"], active=False)
    else:
        raise missing(f"{within}[product_data]")
    return new_price(tx, data, product["id"], within, active=False)
