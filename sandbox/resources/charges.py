"""Charges: read, listed, and their notes updated; they are made by intents alone (STRIPE.md section 4)."""

from sandbox import rules
from sandbox.errors import refused
from sandbox.transaction import Thing, Transaction, public
from sandbox.wire.expanding import includable
from sandbox.wire.listing import envelope, listed
from sandbox.wire.routing import Call, route


@route("POST", "/v1/charges", "ChargeCreateParams")
def create(_call: Call) -> Thing:
    """Refused on new accounts (Q): intents are the way."""
    raise refused("This integration surface is unsupported for this account. Use PaymentIntents instead.")


@route("GET", "/v1/charges/<id>", "ChargeRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("charge", call.ids["id"])


@route("POST", "/v1/charges/<id>", "ChargeUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    charge = tx.require("charge", call.ids["id"])
    previous = {name: charge[name] for name in params if name in charge}
    metadata = rules.merged_metadata(charge["metadata"], params.pop("metadata", None))
    if "shipping" in params:
        params["shipping"] = rules.shipping(params["shipping"])
    charge |= {name: value for name, value in params.items() if name in charge} | {"metadata": metadata}
    tx.put(charge)
    tx.tell("charge.updated", charge, previous)
    return charge


@route("GET", "/v1/charges", "ChargeListParams")
def listing(call: Call) -> Thing:
    return listed(call, "charge", "customer", "payment_intent", "transfer_group")


@includable("charge", "refunds")
def refunds(tx: Transaction, charge: Thing) -> Thing:
    """The first ten, newest first (section 6)."""
    found = [public(one) for one in tx.all("refund", charge=charge["id"])]
    return envelope(found[:10], f"/v1/charges/{charge['id']}/refunds", len(found) > 10)


@route("GET", "/v1/charges/<id>/refunds", "RefundListParams")
def list_refunds(call: Call) -> Thing:
    charge = call.tx.require("charge", call.ids["id"])
    call.params["charge"] = charge["id"]
    return listed(call, "refund", "charge")
