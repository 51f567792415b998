"""Plans, the older name of recurring prices: each plan is the price of the same id."""

from sandbox import rules
from sandbox.billing.beginning import plan_of
from sandbox.errors import invalid, missing, refused
from sandbox.resources.prices import new_price
from sandbox.resources.products import new_product
from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

_NOT_YET = ("meter", "tiers", "tiers_mode", "transform_usage", "trial_period_days")


@route("POST", "/v1/plans", "PlanCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    for name in _NOT_YET:
        if name in params:
            raise invalid(f"The sandbox does not offer plans with {name}.", name)
    if "product" not in params:
        raise missing("product")
    if tx.find(params.get("id")) is not None:
        raise refused("Plan already exists.", "id", "resource_already_exists")
    product = params["product"]
    if isinstance(product, dict):
        product = new_product(tx, product)["id"]
    else:
        tx.require("product", product, "product")
    amounts = {"amount": "unit_amount", "amount_decimal": "unit_amount_decimal"}
    given = {amounts.get(name, name): value for name, value in params.items() if name != "product"}
    given["recurring"] = {name: params[name] for name in ("interval", "interval_count", "usage_type") if name in params}
    price = new_price(tx, given, product)
    if "id" in params:
        tx.drop(price)
        price["id"] = params["id"]
        tx.put(price)
    plan = plan_of(tx, price)
    tx.tell("plan.created", plan)
    tx.tell("price.created", price)
    return plan


def _price(call: Call) -> Thing:
    price = call.tx.require("price", call.ids["id"], noun="plan")
    if not price["recurring"]:
        raise refused(f"No such plan: '{price['id']}'", "plan", "resource_missing")
    return price


@route("GET", "/v1/plans/<id>", "PlanRetrieveParams")
def retrieve(call: Call) -> Thing:
    return plan_of(call.tx, _price(call))


@route("POST", "/v1/plans/<id>", "PlanUpdateParams")
def update(call: Call) -> Thing:
    price, params = _price(call), call.params
    price["metadata"] = rules.merged_metadata(price["metadata"], params.get("metadata"))
    for name in ("active", "nickname", "product"):
        if name in params:
            price[name] = params[name]
    call.tx.put(price)
    plan = plan_of(call.tx, price)
    call.tx.tell("plan.updated", plan)
    return plan


@route("DELETE", "/v1/plans/<id>", "PlanDeleteParams")
def delete(call: Call) -> Thing:
    """Who has subscribed goes on; nobody can subscribe any more."""
    price = _price(call)
    call.tx.drop(price)
    call.tx.tell("plan.deleted", plan_of(call.tx, price))
    return {"id": price["id"], "object": "plan", "deleted": True}


@route("GET", "/v1/plans", "PlanListParams")
def listing(call: Call) -> Thing:
    page = listed(call, "price", "active", "product", where="json_extract(body, '$.recurring') IS NOT NULL")
    page["data"] = [plan_of(call.tx, price) for price in page["data"]]
    return page
