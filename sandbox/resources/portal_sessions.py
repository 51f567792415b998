"""Sessions of the customer portal (STRIPE.md section 9)."""

from typing import Any

from sandbox import ids, rules
from sandbox.errors import invalid, missing, refused
from sandbox.resources import portal_configurations
from sandbox.transaction import Thing, Transaction
from sandbox.wire.routing import Call, route

_FLOWS = ("subscription_cancel", "subscription_pause", "subscription_update", "subscription_update_confirm")


@route("POST", "/v1/billing_portal/sessions", "billing_portal.SessionCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    for name in ("after_expiration", "customer_account", "on_behalf_of"):
        if name in params:
            raise invalid(f"The sandbox does not offer {name} for portal sessions.", name)
    if "customer" not in params:
        raise missing("customer")
    customer = tx.require("customer", params["customer"], "customer")
    rules.sound_url(params.get("return_url"), "return_url")
    configuration = _configuration(tx, params.get("configuration"))
    session = tx.new("bps", "billing_portal.session", configuration=configuration["id"], customer=customer["id"])
    secret = f"{'live' if tx.livemode else 'test'}_{ids.letters(40)}"
    session |= {
        "after_expiration": None,
        "customer_account": None,
        "flow": _flow(tx, customer, configuration, params["flow_data"]) if "flow_data" in params else None,
        "locale": params.get("locale"),
        "on_behalf_of": None,
        "return_url": params.get("return_url") or configuration["default_return_url"],
        "url": f"{tx.site}/p/session/{secret}",
        "_secret": secret,
        "_used": None,
    }
    tx.put(session)
    tx.tell("billing_portal.session.created", session)
    return session


def _configuration(tx: Transaction, name: str | None) -> Thing:
    """The named one, or the default; in a fresh account there is none (section 9, M)."""
    if name:
        return tx.require("billing_portal.configuration", name, "configuration", "configuration")
    for one in tx.all("billing_portal.configuration"):
        if one["is_default"]:
            return one
    if tx.variants["portal_default"] == "made":
        return portal_configurations.default(tx)
    raise refused(
        "No configuration provided and your test mode default configuration has not been created. Provide a "
        "configuration or create your default by saving your customer portal settings in test mode."
    )


def _flow(tx: Transaction, customer: Thing, configuration: Thing, given: Any) -> Thing:
    """A deep link into one deed."""
    kind = given["type"]
    flow: Thing = {"after_completion": _completion(given.get("after_completion") or {}), "type": kind}
    flow |= dict.fromkeys((*_FLOWS, "customer_update"))
    feature = kind.removesuffix("_confirm")
    if not configuration["features"][feature]["enabled"]:
        message = f"This flow needs the feature `{feature}`, which is disabled in the portal configuration."
        raise invalid(message, "flow_data[type]")
    if kind == "payment_method_update":
        return flow
    if kind == "customer_update":
        return flow | {kind: {}}
    where = f"flow_data[{kind}]"
    if kind not in given:
        raise missing(where)
    data = dict(given[kind])
    subscription = tx.require("subscription", data["subscription"], f"{where}[subscription]")
    if subscription["customer"] != customer["id"]:
        raise invalid("The subscription does not belong to this customer.", f"{where}[subscription]")
    if kind == "subscription_update_confirm":
        data = {
            "discounts": _discounts(tx, data, where),
            "items": _items(data["items"], where),
            "subscription": subscription["id"],
        }
    if kind == "subscription_cancel":
        data = {"retention": _retention(tx, data.get("retention"), where), "subscription": subscription["id"]}
    return flow | {kind: data}


def _items(given: list[Any], where: str) -> list[Thing]:
    if len(given) > 1:
        raise invalid("You may only specify one item.", f"{where}[items]")
    quantities = [{"quantity": one["quantity"]} if "quantity" in one else {} for one in given]
    return [{"id": one["id"], "price": one.get("price")} | many for one, many in zip(given, quantities, strict=True)]


def _retention(tx: Transaction, given: Any, where: str) -> Thing | None:
    if not given:
        return None
    coupon = given["coupon_offer"]["coupon"]
    tx.require("coupon", coupon, f"{where}[retention][coupon_offer][coupon]")
    return {"coupon_offer": {"coupon": coupon}, "type": given["type"]}


def _discounts(tx: Transaction, data: Thing, where: str) -> list[Thing] | None:
    given = data.get("discounts") or []
    if len(given) > 1:
        raise invalid("You may only specify one discount.", f"{where}[discounts]")
    for one in given:
        for kind, noun in (("coupon", "coupon"), ("promotion_code", "promotion code")):
            if one.get(kind):
                tx.require(kind, one[kind], f"{where}[discounts][0][{kind}]", noun)
    return [{"coupon": one.get("coupon"), "promotion_code": one.get("promotion_code")} for one in given] or None


def _completion(given: Any) -> Thing:
    confirmation = given.get("hosted_confirmation")
    return {
        "hosted_confirmation": {"custom_message": confirmation.get("custom_message")} if confirmation else None,
        "redirect": given.get("redirect"),
        "type": given.get("type", "portal_homepage"),
    }
