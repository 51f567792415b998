"""Prices."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox import rules
from sandbox.errors import exclusive, invalid, missing
from sandbox.resources.products import new_product
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


def new_price(tx: Transaction, given: Thing, product: str, within: str = "", active: bool = True) -> Thing:
    """Write a price; `within` is where in the request its data stands, for the words of an error."""
    _check(given, within)
    amount, exact = _unit_amount(given, within)
    recurring = given.get("recurring")
    price = tx.new(
        "price",
        "price",
        active=given.get("active", active),
        billing_scheme="per_unit",
        currency=rules.sound_currency(given["currency"], f"{within}[currency]" if within else "currency"),
        custom_unit_amount=None,
        lookup_key=given.get("lookup_key"),
        metadata=rules.merged_metadata({}, given.get("metadata")),
        nickname=given.get("nickname"),
        product=product,
        recurring=_recurring(recurring) if recurring else None,
        tax_behavior=given.get("tax_behavior", "unspecified"),
        tiers_mode=None,
        transform_quantity=None,
        type="recurring" if recurring else "one_time",
        unit_amount=amount,
        unit_amount_decimal=exact,
    )
    return tx.put(price)


def _check(given: Thing, within: str) -> None:
    """What the sandbox does not charge by is refused rather than read as a price without an amount."""
    name = f"{within}[{{}}]" if within else "{}"
    for other in ("custom_unit_amount", "currency_options", "tiers", "tiers_mode", "transform_quantity"):
        if given.get(other):
            raise invalid(f"The sandbox does not offer prices with {other}.", name.format(other))
    recurring = given.get("recurring") or {}
    if recurring.get("usage_type") == "metered" or recurring.get("meter"):
        raise invalid("The sandbox has no meters; it bills quantities.", name.format("recurring") + "[usage_type]")


def _unit_amount(given: Thing, within: str) -> tuple[int | None, str]:
    name = f"{within}[{{}}]" if within else "{}"
    if "unit_amount" in given and "unit_amount_decimal" in given:
        raise exclusive(name.format("unit_amount"), name.format("unit_amount_decimal"))
    if "unit_amount" in given:
        amount = given["unit_amount"]
        if amount < 0:
            raise invalid("Invalid non-negative integer", name.format("unit_amount"), "parameter_invalid_integer")
        return amount, str(amount)
    if "unit_amount_decimal" not in given:
        raise missing(name.format("unit_amount"))
    exact = Decimal(given["unit_amount_decimal"])
    if exact < 0 or -int(exact.as_tuple().exponent) > 12:
        message = "unit_amount_decimal may not be negative nor have more than 12 decimal places"
        raise invalid(message, name.format("unit_amount_decimal"))
    whole = exact == exact.to_integral_value()
    return (int(exact) if whole else None), format(exact.normalize() if not whole else exact.quantize(Decimal(1)), "f")


def rounded(price: Thing, quantity: int) -> int:
    """Minor units for so many; half a unit is rounded up."""
    return int((Decimal(price["unit_amount_decimal"]) * quantity).quantize(Decimal(1), ROUND_HALF_UP))


def _recurring(given: Any) -> Thing:
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "meter": None,
        "usage_type": given.get("usage_type", "licensed"),
    }


@route("POST", "/v1/products", "ProductCreateParams")
def create_product(call: Call) -> Thing:
    data = call.params.pop("default_price_data", None)
    product = new_product(call.tx, call.params)
    if data:
        product["default_price"] = new_price(call.tx, data, product["id"], "default_price_data")["id"]
        call.tx.put(product)
    call.tx.tell("product.created", product)
    return product


@route("POST", "/v1/prices", "PriceCreateParams")
def create_price(call: Call) -> Thing:
    tx, params = call.tx, call.params
    if ("product" in params) == ("product_data" in params):
        raise exclusive("product", "product_data") if "product" in params else missing("product")
    if "product" in params:
        product = tx.require("product", params["product"], "product")
    else:
        product = new_product(tx, params["product_data"])
        tx.tell("product.created", product)
    _own_key(tx, params.get("lookup_key"), bool(params.get("transfer_lookup_key")))
    price = new_price(tx, params, product["id"])
    tx.tell("price.created", price)
    return price


@route("GET", "/v1/prices/<id>", "PriceRetrieveParams")
def retrieve_price(call: Call) -> Thing:
    return call.tx.require("price", call.ids["id"])


@route("POST", "/v1/prices/<id>", "PriceUpdateParams")
def update_price(call: Call) -> Thing:
    """What was charged stays as it is: amount, currency and interval never change."""
    tx, params = call.tx, call.params
    price = tx.require("price", call.ids["id"])
    before = dict(price)
    price["metadata"] = rules.merged_metadata(price["metadata"], params.get("metadata"))
    if "lookup_key" in params:
        _own_key(tx, params["lookup_key"], bool(params.get("transfer_lookup_key")))
    for name in ("active", "nickname", "tax_behavior", "lookup_key"):
        if name in params:
            price[name] = params[name] if params[name] != "" else None
    tx.put(price)
    previous = {name: value for name, value in before.items() if price[name] != value}
    if previous:
        tx.tell("price.updated", price, previous)
    return price


def _own_key(tx: Transaction, key: str | None, transfer: bool) -> None:
    """A lookup key belongs to one price; another one gives it up only when asked to."""
    holders = tx.all("price", lookup_key=key) if key else []
    if holders and not transfer:
        message = f"A price (`{holders[0]['id']}`) already uses that lookup key."
        raise invalid(message, "lookup_key", "resource_already_exists")
    for holder in holders:
        holder["lookup_key"] = None
        tx.put(holder)


@route("GET", "/v1/prices", "PriceListParams")
def list_prices(call: Call) -> Thing:
    where, values = [], []
    keys = call.params.get("lookup_keys")
    if keys:
        where.append(f"json_extract(body, '$.lookup_key') IN ({', '.join('?' * len(keys))})")
        values += keys
    interval = (call.params.get("recurring") or {}).get("interval")
    if interval:
        where.append("json_extract(body, '$.recurring.interval') = ?")
        values.append(interval)
    fields = ("active", "currency", "product", "type")
    return listed(call, "price", *fields, where=" AND ".join(where), values=tuple(values))
