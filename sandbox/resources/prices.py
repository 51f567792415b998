"""Products and prices."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox import rules
from sandbox.errors import exclusive, invalid, missing
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


def new_product(tx: Transaction, given: Thing, active: bool = True) -> Thing:
    """Write a product from name, description, images, metadata .."""
    rules.no_longer_than(given, {"name": 5000, "description": 40000, "statement_descriptor": 22, "unit_label": 12})
    product = tx.new(
        "prod",
        "product",
        active=given.get("active", active),
        default_price=None,
        description=given.get("description") or None,
        images=given.get("images") or [],
        marketing_features=given.get("marketing_features") or [],
        metadata=rules.merged_metadata({}, given.get("metadata")),
        name=given["name"],
        package_dimensions=given.get("package_dimensions") or None,
        shippable=given.get("shippable"),
        statement_descriptor=given.get("statement_descriptor"),
        tax_code=given.get("tax_code") or None,
        type="service",
        unit_label=given.get("unit_label") or None,
        updated=tx.now,
        url=given.get("url") or None,
    )
    return tx.put(product)


def new_price(tx: Transaction, given: Thing, product: str, within: str = "", active: bool = True) -> Thing:
    """Write a price; `within` is where in the request its data stands, for the words of an error."""
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
        "trial_period_days": None,
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


@route("GET", "/v1/products/<id>", "ProductRetrieveParams")
def retrieve_product(call: Call) -> Thing:
    return call.tx.require("product", call.ids["id"])


@route("POST", "/v1/products/<id>", "ProductUpdateParams")
def update_product(call: Call) -> Thing:
    product = call.tx.require("product", call.ids["id"])
    product["metadata"] = rules.merged_metadata(product["metadata"], call.params.pop("metadata", None))
    if call.params.get("default_price"):
        call.tx.require("price", call.params["default_price"], "default_price")
    product |= {name: value if value != "" else None for name, value in call.params.items()} | {"updated": call.tx.now}
    call.tx.put(product)
    call.tx.tell("product.updated", product, {"updated": product["created"]})
    return product


@route("GET", "/v1/products", "ProductListParams")
def list_products(call: Call) -> Thing:
    return listed(call, "product", "active", "shippable", "url")


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
    price = new_price(tx, params, product["id"])
    tx.tell("price.created", price)
    return price


@route("GET", "/v1/prices/<id>", "PriceRetrieveParams")
def retrieve_price(call: Call) -> Thing:
    return call.tx.require("price", call.ids["id"])


@route("GET", "/v1/prices", "PriceListParams")
def list_prices(call: Call) -> Thing:
    return listed(call, "price", "active", "currency", "product", "type")
