"""Items of subscriptions by API: one more, another price or quantity, one less (STRIPE.md section 8, Proration)."""

from sandbox import rules
from sandbox.billing import standing
from sandbox.errors import invalid, no_such, refused
from sandbox.paying import testclocks
from sandbox.resources import subscription_terms, subscriptions, tax_rates
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import paged
from sandbox.wire.routing import Call, route

_ABOUT_PRICE = ("plan", "price", "price_data", "quantity")
_NOT_YET = ("billing_thresholds", "current_trial", "discounts")


def _owner(tx: Transaction, item: str) -> Thing:
    """The subscription that holds an item; raises Stripe's 404 when none does."""
    row = tx.connection.execute(
        "SELECT id FROM objects WHERE kind = 'subscription' AND livemode = ? AND instr(body, ?) > 0",
        (tx.livemode, f'"id": "{item}"'),
    ).fetchone()
    if row is None:
        raise no_such("subscription_item", item)
    return tx.get(row["id"])


def _changeable(call: Call, subscription: Thing) -> Thing:
    for name in _NOT_YET:
        if call.params.get(name):
            raise invalid(f"The sandbox does not offer {name} on subscription items.", name)
    if subscription["status"] in standing.OVER:
        message = "A canceled subscription can only update its cancellation_details and metadata."
        raise refused(message, None, "invalid_canceled_subscription_fields")
    testclocks.must_stand_still(call.tx, subscription)
    call.tx.stand_on(subscription)
    return subscription


def _item(subscription: Thing, name: str) -> Thing:
    return next(item for item in subscription["items"]["data"] if item["id"] == name)


@route("POST", "/v1/subscription_items", "SubscriptionItemCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    subscription = _changeable(call, tx.require("subscription", params["subscription"], "subscription"))
    before = {item["id"] for item in subscription["items"]["data"]}
    if len(before) >= subscription_terms.MOST_ITEMS:
        raise refused(f"Subscriptions can have at most {subscription_terms.MOST_ITEMS} items.")
    given = {name: params[name] for name in _ABOUT_PRICE if name in params}
    items = subscription_terms.changed(tx, subscription, [given], within="")
    price = items[0][1]["id"]
    if any(item["price"]["id"] == price for item in subscription["items"]["data"]):
        raise refused(f"Subscription already has an item for price `{price}`. Update its quantity instead.", "price")
    subscriptions.apply(tx, subscription, items, params, anchor_now=False)
    item = next(one for one in subscription["items"]["data"] if one["id"] not in before)
    item["metadata"] = rules.merged_metadata({}, params.get("metadata"))
    item["tax_rates"] = tax_rates.named(tx, params.get("tax_rates"), "tax_rates")
    tx.put(subscription)
    return item


@route("GET", "/v1/subscription_items/<id>", "SubscriptionItemRetrieveParams")
def retrieve(call: Call) -> Thing:
    return _item(_owner(call.tx, call.ids["id"]), call.ids["id"])


@route("POST", "/v1/subscription_items/<id>", "SubscriptionItemUpdateParams")
def update(call: Call) -> Thing:
    tx, params, name = call.tx, call.params, call.ids["id"]
    subscription = _changeable(call, _owner(tx, name))
    given = {"id": name} | {key: params[key] for key in _ABOUT_PRICE if key in params}
    if len(given) > 1:
        items = subscription_terms.changed(tx, subscription, [given], within="")
        subscriptions.apply(tx, subscription, items, params, anchor_now=False)
    item = _item(subscription, name)
    item["metadata"] = rules.merged_metadata(item["metadata"], params.get("metadata"))
    if "tax_rates" in params:
        item["tax_rates"] = tax_rates.named(tx, params["tax_rates"], "tax_rates")
    tx.put(subscription)
    return item


@route("DELETE", "/v1/subscription_items/<id>", "SubscriptionItemDeleteParams")
def delete(call: Call) -> Thing:
    tx, name = call.tx, call.ids["id"]
    subscription = _changeable(call, _owner(tx, name))
    items = subscription_terms.changed(tx, subscription, [{"id": name, "deleted": True}], within="")
    subscriptions.apply(tx, subscription, items, call.params, anchor_now=False)
    return {"id": name, "object": "subscription_item", "deleted": True}


@route("GET", "/v1/subscription_items", "SubscriptionItemListParams")
def listing(call: Call) -> Thing:
    subscription = call.tx.require("subscription", call.params["subscription"], "subscription")
    return paged(call, subscription["items"]["data"])
