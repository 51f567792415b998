"""Shipping rates: made alone, or from a session's shipping_rate_data."""

from sandbox import rules
from sandbox.errors import invalid, missing
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


def new_rate(tx: Transaction, given: Thing, within: str = "") -> Thing:
    """Write a shipping rate with a fixed amount."""
    rules.no_longer_than(given, {"display_name": 100}, within)
    fixed = given.get("fixed_amount")
    if fixed is None:
        raise missing(f"{within}[fixed_amount]" if within else "fixed_amount")
    if fixed["amount"] < 0:
        where = f"{within}[fixed_amount][amount]" if within else "fixed_amount[amount]"
        raise invalid("Invalid non-negative integer", where, "parameter_invalid_integer")
    rate = tx.new(
        "shr",
        "shipping_rate",
        active=True,
        delivery_estimate=_estimate(given.get("delivery_estimate")),
        display_name=given["display_name"],
        fixed_amount={"amount": fixed["amount"], "currency": rules.sound_currency(fixed["currency"])},
        metadata=rules.merged_metadata({}, given.get("metadata")),
        tax_behavior=given.get("tax_behavior", "unspecified"),
        tax_code=given.get("tax_code"),
        type="fixed_amount",
    )
    return tx.put(rate)


def _estimate(given: Thing | None) -> Thing | None:
    return {"maximum": given.get("maximum"), "minimum": given.get("minimum")} if given else None


@route("POST", "/v1/shipping_rates", "ShippingRateCreateParams")
def create(call: Call) -> Thing:
    return new_rate(call.tx, call.params)


@route("GET", "/v1/shipping_rates/<id>", "ShippingRateRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("shipping_rate", call.ids["id"], noun="shipping rate")


@route("GET", "/v1/shipping_rates", "ShippingRateListParams")
def listing(call: Call) -> Thing:
    return listed(call, "shipping_rate", "active", "currency")


@route("POST", "/v1/shipping_rates/<id>", "ShippingRateUpdateParams")
def update(call: Call) -> Thing:
    """What it costs never changes."""
    params, rate = call.params, call.tx.require("shipping_rate", call.ids["id"], noun="shipping rate")
    if "fixed_amount" in params:
        raise invalid("The sandbox does not change what a shipping rate costs.", "fixed_amount")
    rate["metadata"] = rules.merged_metadata(rate["metadata"], params.get("metadata"))
    for name in ("active", "tax_behavior"):
        rate[name] = params.get(name, rate[name])
    return call.tx.put(rate)
