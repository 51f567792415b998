"""Tax ids of customers; Stripe's test values verify as its documentation says (docs billing/customer/tax-ids)."""

from sandbox.errors import no_such
from sandbox.transaction import Thing, Transaction
from sandbox.wire.expanding import includable
from sandbox.wire.listing import envelope, paged
from sandbox.wire.routing import Call, route

# Magic values of test mode: DE000000000 and 000000000 verify at once, ..001 does not, ..002 stays pending.
_MAGIC = {"000000000": "verified", "000000001": "unverified", "000000002": "pending"}
_VERIFIED_KINDS = ("au_abn", "eu_vat", "gb_vat")


def made(tx: Transaction, customer: Thing, given: Thing) -> Thing:
    """Write a tax id and tell customer.tax_id.created."""
    value = given["value"].replace(" ", "").upper()
    status = _MAGIC.get(value[-9:], "pending" if given["type"] in _VERIFIED_KINDS else "unavailable")
    one = tx.new("txi", "tax_id", customer=customer["id"], customer_account=None, type=given["type"], value=value)
    one |= {
        "country": value[:2] if given["type"] == "eu_vat" else given["type"][:2].upper(),
        "owner": {"customer": customer["id"], "type": "customer"},
        "verification": {"status": status, "verified_address": None, "verified_name": None},
    }
    tx.put(one)
    tx.tell("customer.tax_id.created", one)
    return one


def _owned(call: Call) -> Thing:
    customer = call.tx.require("customer", call.ids["id"])
    found = call.tx.require("tax_id", call.ids["tax_id"], noun="tax_id")
    if found["customer"] != customer["id"]:
        raise no_such("tax_id", found["id"])
    return found


@route("POST", "/v1/customers/<id>/tax_ids", "CustomerTaxIdCreateParams")
def create(call: Call) -> Thing:
    return made(call.tx, call.tx.require("customer", call.ids["id"]), call.params)


@route("GET", "/v1/customers/<id>/tax_ids", "CustomerTaxIdListParams")
def listing(call: Call) -> Thing:
    customer = call.tx.require("customer", call.ids["id"])
    return paged(call, call.tx.all("tax_id", customer=customer["id"]))


@route("GET", "/v1/customers/<id>/tax_ids/<tax_id>", "CustomerTaxIdRetrieveParams")
def retrieve(call: Call) -> Thing:
    return _owned(call)


@route("DELETE", "/v1/customers/<id>/tax_ids/<tax_id>", "CustomerTaxIdDeleteParams")
def delete(call: Call) -> Thing:
    one = _owned(call)
    call.tx.drop(one)
    call.tx.tell("customer.tax_id.deleted", one)
    return {"id": one["id"], "object": "tax_id", "deleted": True}


@includable("customer", "tax_ids")
def included(tx: Transaction, customer: Thing) -> Thing:
    found = tx.all("tax_id", customer=customer["id"])
    return envelope(found[:10], f"/v1/customers/{customer['id']}/tax_ids", len(found) > 10)
