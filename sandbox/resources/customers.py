"""Customers."""

from typing import Any

from sandbox import rules
from sandbox.billing import leaving
from sandbox.errors import invalid
from sandbox.paying import customers, methods
from sandbox.paying import sources as paying_sources
from sandbox.resources import sources, tax_ids, test_clocks
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

_PLAIN = ("description", "email", "name", "phone", "invoice_prefix", "tax_exempt", "preferred_locales", "balance")
_NOT_YET = ("cash_balance", "tax", "business_name", "individual_name")


def _fields(params: Thing) -> Thing:
    """What create and update alike may set; an empty value unsets."""
    rules.sound_email(params.get("email"), "email")
    rules.no_longer_than(params, {"email": 512, "name": 256, "description": 5000, "phone": 20})
    for name in _NOT_YET:
        if params.get(name) is not None:
            raise invalid(f"The sandbox does not offer {name} yet.", name)
    fields: dict[str, Any] = {name: params[name] if params[name] != "" else None for name in _PLAIN if name in params}
    if "address" in params:
        fields["address"] = rules.address(params["address"])
    if "shipping" in params:
        fields["shipping"] = rules.shipping(params["shipping"])
    return fields


@route("POST", "/v1/customers", "CustomerCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    fields = _fields(params) | {"metadata": rules.merged_metadata({}, params.get("metadata"))}
    if "test_clock" in params:
        fields["test_clock"] = test_clocks.joined(tx, params["test_clock"])["id"]
        tx.stand_on(fields)
    customer = customers.made(tx, **fields)
    settings = dict(params.get("invoice_settings") or {})
    if params.get("payment_method"):
        method = methods.resolved(tx, params["payment_method"])
        methods.attach(tx, method, customer["id"])
        if settings.get("default_payment_method") == params["payment_method"]:
            settings["default_payment_method"] = method["id"]
    if settings:
        _default_method(tx, customer, settings)
    if params.get("source"):
        paying_sources.kept(tx, customer, params["source"])
    for one in params.get("tax_id_data") or []:
        tax_ids.made(tx, customer, one)
    return customer


def _default_method(tx: Transaction, customer: Thing, given: Thing) -> None:
    if "default_payment_method" in given:
        name = given["default_payment_method"] or None
        if name:
            method = tx.find(name)
            if method is None or method.get("customer") != customer["id"]:
                raise invalid(
                    f"The customer does not have a payment method with the ID {name}. "
                    "The payment method must be attached to the customer.",
                    "invoice_settings[default_payment_method]",
                    "resource_missing",
                )
        customer["invoice_settings"]["default_payment_method"] = name
        tx.put(customer)


@route("GET", "/v1/customers/<id>", "CustomerRetrieveParams")
def retrieve(call: Call) -> Thing:
    gone = call.tx.find(f"deleted:{call.ids['id']}")
    if gone:
        return {"id": call.ids["id"], "object": "customer", "deleted": True}
    return call.tx.require("customer", call.ids["id"])


@route("POST", "/v1/customers/<id>", "CustomerUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    customer = tx.require("customer", call.ids["id"])
    before = dict(customer)
    customer["metadata"] = rules.merged_metadata(customer["metadata"], params.get("metadata"))
    customer |= _fields(params)
    if params.get("invoice_settings"):
        _default_method(tx, customer, params["invoice_settings"])
    if params.get("source"):
        customer["default_source"] = paying_sources.kept(tx, customer, params["source"])["id"]
    elif params.get("default_source"):
        sources.default(tx, customer, params["default_source"])
    tx.put(customer)
    previous = {name: value for name, value in before.items() if customer[name] != value}
    if previous:
        tx.tell("customer.updated", customer, previous)
    return customer


@route("DELETE", "/v1/customers/<id>", "CustomerDeleteParams")
def delete(call: Call) -> Thing:
    tx = call.tx
    customer = tx.require("customer", call.ids["id"])
    leaving.for_good(tx, customer)
    return {"id": customer["id"], "object": "customer", "deleted": True}


@route("GET", "/v1/customers", "CustomerListParams")
def listing(call: Call) -> Thing:
    """Without a clock's name only those that are on none."""
    where = "" if "test_clock" in call.params else "json_extract(body, '$.test_clock') IS NULL"
    return listed(call, "customer", "email", "test_clock", where=where)
