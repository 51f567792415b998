"""Coupons."""

from sandbox import ids, rules
from sandbox.errors import exclusive, invalid, missing
from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


@route("POST", "/v1/coupons", "CouponCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    _check(params)
    coupon = tx.new("coupon", "coupon") | {"id": params.get("id") or ids.letters(8)}
    if tx.find(coupon["id"]):
        raise invalid("Coupon already exists.", "id", "resource_already_exists")
    percent = params.get("percent_off")
    coupon |= {
        "amount_off": params.get("amount_off"),
        "currency": rules.sound_currency(params["currency"]) if "currency" in params else None,
        "duration": params.get("duration", "once"),
        "duration_in_months": params.get("duration_in_months"),
        "max_redemptions": params.get("max_redemptions"),
        "metadata": rules.merged_metadata({}, params.get("metadata")),
        "name": params.get("name"),
        "percent_off": float(percent) if percent is not None else None,
        "redeem_by": params.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
    }
    tx.put(coupon)
    tx.tell("coupon.created", coupon)
    return coupon


def _check(params: Thing) -> None:
    for name in ("applies_to", "currency_options"):
        if name in params:
            raise invalid(f"The sandbox does not offer coupons with {name}.", name)
    if "percent_off" in params and "amount_off" in params:
        raise exclusive("percent_off", "amount_off")
    if "percent_off" not in params and "amount_off" not in params:
        raise missing("percent_off")
    if "percent_off" in params and not 0 < params["percent_off"] <= 100:
        raise invalid("percent_off must be greater than 0 and at most 100.", "percent_off")
    if "amount_off" in params:
        rules.positive(params["amount_off"], "amount_off")
        if "currency" not in params:
            raise missing("currency")
    repeating = params.get("duration") == "repeating"
    if repeating != ("duration_in_months" in params):
        raise invalid("duration_in_months goes with the duration `repeating`, and only with it.", "duration_in_months")
    rules.no_longer_than(params, {"name": 40})


@route("GET", "/v1/coupons/<id>", "CouponRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("coupon", call.ids["id"])


@route("POST", "/v1/coupons/<id>", "CouponUpdateParams")
def update(call: Call) -> Thing:
    coupon = call.tx.require("coupon", call.ids["id"])
    previous = {"metadata": coupon["metadata"], "name": coupon["name"]}
    coupon["metadata"] = rules.merged_metadata(coupon["metadata"], call.params.get("metadata"))
    coupon["name"] = call.params.get("name", coupon["name"]) or None
    call.tx.put(coupon)
    call.tx.tell("coupon.updated", coupon, previous)
    return coupon


@route("DELETE", "/v1/coupons/<id>", "CouponDeleteParams")
def delete(call: Call) -> Thing:
    """Nobody new can use it; who has it keeps it."""
    coupon = call.tx.require("coupon", call.ids["id"])
    call.tx.drop(coupon)
    call.tx.tell("coupon.deleted", coupon)
    return {"id": coupon["id"], "object": "coupon", "deleted": True}


@route("GET", "/v1/coupons", "CouponListParams")
def listing(call: Call) -> Thing:
    return listed(call, "coupon")
