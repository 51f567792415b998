"""A customer's cards of the older kind, made of tokens; each is a payment method too."""

from sandbox import rules
from sandbox.errors import no_such, refused
from sandbox.paying import sources
from sandbox.transaction import Thing, Transaction
from sandbox.wire.expanding import includable
from sandbox.wire.listing import envelope, paged
from sandbox.wire.routing import Call, route


def _card(tx: Transaction, customer: Thing, name: str) -> Thing:
    found = next((one for one in sources.of(tx, customer) if one["id"] == name), None)
    if found is None:
        raise no_such("source", name)
    return found


@route("POST", "/v1/customers/<id>/sources", "CustomerPaymentSourceCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    customer = tx.require("customer", call.ids["id"])
    method = sources.kept(tx, customer, params["source"])
    method["metadata"] = rules.merged_metadata({}, params.get("metadata"))
    return sources.shown(tx.put(method))


@route("GET", "/v1/customers/<id>/sources", "CustomerPaymentSourceListParams")
def listing(call: Call) -> Thing:
    """Newest first, as in every list; `object` may be card, and nothing else is kept this way."""
    customer = call.tx.require("customer", call.ids["id"])
    found = sources.of(call.tx, customer)[::-1] if call.params.get("object", "card") == "card" else []
    return paged(call, [sources.shown(one) for one in found])


@route("GET", "/v1/customers/<id>/sources/<source>", "CustomerPaymentSourceRetrieveParams")
def retrieve(call: Call) -> Thing:
    customer = call.tx.require("customer", call.ids["id"])
    return sources.shown(_card(call.tx, customer, call.ids["source"]))


@route("DELETE", "/v1/customers/<id>/sources/<source>", "CustomerPaymentSourceDeleteParams")
def delete(call: Call) -> Thing:
    tx = call.tx
    customer = tx.require("customer", call.ids["id"])
    method = _card(tx, customer, call.ids["source"])
    told = sources.shown(method)
    method["customer"] = None
    tx.put(method)
    if customer["default_source"] == method["id"]:
        rest = sources.of(tx, customer)
        customer["default_source"] = rest[0]["id"] if rest else None
        tx.put(customer)
    tx.tell("customer.source.deleted", told)
    return {"id": method["id"], "object": "card", "deleted": True}


@includable("customer", "default_source")
def default_source(tx: Transaction, customer: Thing) -> Thing:
    method = tx.find(customer.get("default_source"))
    return sources.shown(method) if method else {}


@includable("customer", "sources")
def included(tx: Transaction, customer: Thing) -> Thing:
    found = [sources.shown(one) for one in sources.of(tx, customer)[::-1]]
    return envelope(found[:10], f"/v1/customers/{customer['id']}/sources", len(found) > 10)


def default(tx: Transaction, customer: Thing, name: str) -> None:
    """Make a kept card the one that is charged where nothing else is said."""
    if not any(one["id"] == name for one in sources.of(tx, customer)):
        raise refused(f"No such source: '{name}'", "default_source", "resource_missing")
    customer["default_source"] = name
