"""Promotion codes: words a buyer types to get a coupon (STRIPE.md section 0 row 9)."""

from sandbox import ids, rules
from sandbox.errors import invalid, missing
from sandbox.paying import discounting
from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

NOUN = "promotion code"


@route("POST", "/v1/promotion_codes", "PromotionCodeCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    if not params["promotion"].get("coupon"):
        raise missing("promotion[coupon]")
    coupon = tx.require("coupon", params["promotion"]["coupon"], "promotion[coupon]")
    word = params.get("code") or ids.letters(8).upper()
    if discounting.by_code(tx, word):
        raise invalid(f"An active promotion code with `code: {word}` already exists.", "code")
    if params.get("customer"):
        tx.require("customer", params["customer"], "customer")
    given = params.get("restrictions") or {}
    if given.get("minimum_amount") and not given.get("minimum_amount_currency"):
        raise missing("restrictions[minimum_amount_currency]")
    code = tx.new("promo", "promotion_code", active=params.get("active", True), code=word)
    code |= {
        "customer": params.get("customer"),
        "customer_account": None,
        "expires_at": params.get("expires_at"),
        "max_redemptions": params.get("max_redemptions"),
        "metadata": rules.merged_metadata({}, params.get("metadata")),
        "promotion": {"coupon": coupon["id"], "type": "coupon"},
        "restrictions": {
            "first_time_transaction": given.get("first_time_transaction", False),
            "minimum_amount": given.get("minimum_amount"),
            "minimum_amount_currency": given.get("minimum_amount_currency"),
        },
        "times_redeemed": 0,
    }
    tx.put(code)
    tx.tell("promotion_code.created", code)
    return code


@route("GET", "/v1/promotion_codes/<id>", "PromotionCodeRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("promotion_code", call.ids["id"], noun=NOUN)


@route("POST", "/v1/promotion_codes/<id>", "PromotionCodeUpdateParams")
def update(call: Call) -> Thing:
    code = call.tx.require("promotion_code", call.ids["id"], noun=NOUN)
    if "restrictions" in call.params:
        raise invalid("The sandbox does not change the restrictions of a promotion code.", "restrictions")
    previous = {"active": code["active"], "metadata": code["metadata"]}
    code["metadata"] = rules.merged_metadata(code["metadata"], call.params.get("metadata"))
    code["active"] = call.params.get("active", code["active"])
    call.tx.put(code)
    call.tx.tell("promotion_code.updated", code, previous)
    return code


@route("GET", "/v1/promotion_codes", "PromotionCodeListParams")
def listing(call: Call) -> Thing:
    coupon = call.params.get("coupon")
    where = "json_extract(body, '$.promotion.coupon') = ?" if coupon else ""
    fields = ("active", "code", "customer")
    return listed(call, "promotion_code", *fields, where=where, values=(coupon,) if coupon else ())
