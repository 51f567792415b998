"""A session's line items: prices that exist, or price_data that makes one (STRIPE.md section 3, Create)."""

from typing import Any

from sandbox.billing import periods
from sandbox.errors import exclusive, invalid, missing
from sandbox.resources.prices import new_price, rounded
from sandbox.resources.products import new_product
from sandbox.transaction import Thing, Transaction, public

MOST, MOST_OF_A_KIND = 100, 20


def made(tx: Transaction, given: list[Any], mode: str = "payment") -> list[Thing]:
    """The items of a session, all in one currency; the objects they name are written."""
    if len(given) > MOST:
        raise invalid(f"You may only specify up to {MOST} line items.", "line_items")
    items = [_item(tx, one, f"line_items[{place}]", mode) for place, one in enumerate(given)]
    if len({item["currency"] for item in items}) > 1:
        raise invalid("The prices of all line items must use the same currency.", "line_items")
    if mode == "subscription":
        _check_recurring(items)
    return items


def _check_recurring(items: list[Thing]) -> None:
    """At least one recurring price, at most 20 of either kind (section 3, Create)."""
    recurring = [item["price"] for item in items if item["price"]["recurring"]]
    if not recurring:
        message = "You must provide at least one recurring price in `subscription` mode when using prices."
        raise invalid(message, "line_items")
    if len(recurring) > MOST_OF_A_KIND or len(items) - len(recurring) > MOST_OF_A_KIND:
        raise invalid(f"You may only specify up to {MOST_OF_A_KIND} line items of a kind.", "line_items")
    if len({periods.rhythm(price) for price in recurring}) > 1:
        raise invalid("Checkout does not support multiple prices with different billing intervals.", "line_items")


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
    amount = rounded(price, quantity)
    item = tx.new("li", "item")
    del item["created"], item["livemode"]
    return item | {
        "adjustable_quantity": _adjustable(adjustable),
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


def _adjustable(given: Any) -> Thing | None:
    if not given or not given["enabled"]:
        return None
    return {"enabled": True, "maximum": given.get("maximum", 99), "minimum": given.get("minimum", 0)}


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
