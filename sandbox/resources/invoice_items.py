"""Invoice items: amounts that wait for a customer's next invoice, or join a draft."""

from typing import Any

from sandbox import rules
from sandbox.billing import invoices, lines
from sandbox.errors import exclusive, invalid, missing, refused
from sandbox.resources import tax_rates
from sandbox.resources.prices import new_price, rounded
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

_NOT_YET = ("customer_account", "discounts", "quantity_decimal", "tax_code")


@route("POST", "/v1/invoiceitems", "InvoiceItemCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    _check(params)
    if "customer" not in params:
        raise missing("customer")
    customer = tx.require("customer", params["customer"], "customer")
    fields = worth(tx, params)
    fields |= {"metadata": rules.merged_metadata({}, params.get("metadata"))} | _plain(params) | _taxes(tx, params)
    if "subscription" in params:
        tx.require("subscription", params["subscription"], "subscription")
        fields["parent"] = parent_of(params["subscription"])
    draft = None
    if "invoice" in params:
        draft = tx.require("invoice", params["invoice"], "invoice")
        invoices.must_be(draft, ("draft",), "add items to")
        fields["invoice"] = draft["id"]
    amount, currency = fields.pop("amount"), fields.pop("currency")
    item = lines.waiting_item(tx, customer["id"], amount, currency, fields.pop("description", None), **fields)
    if draft:
        invoices.fill(tx, draft, [*draft["lines"]["data"], lines.of_invoice_item(tx, item)], draft["discounts"])
    return item


def _check(params: Thing) -> None:
    for name in _NOT_YET:
        if params.get(name):
            raise invalid(f"The sandbox does not offer {name} on invoice items.", name)
    rules.no_longer_than(params, {"description": 5000})
    period = params.get("period")
    if period and period["end"] < period["start"]:
        raise invalid("period[end] must not be before period[start].", "period[end]")


def _taxes(tx: Transaction, params: Thing) -> Thing:
    made: Thing = {"_tax_behavior": params["tax_behavior"]} if "tax_behavior" in params else {}
    if "tax_rates" in params:
        made["tax_rates"] = tax_rates.named(tx, params["tax_rates"], "tax_rates")
    return made


def _plain(params: Thing) -> Thing:
    return {name: params[name] for name in ("description", "discountable", "period") if name in params}


def parent_of(subscription: str) -> Thing:
    details = {"subscription": subscription, "subscription_item": None}
    return {"subscription_details": details, "type": "subscription_details"}


def worth(tx: Transaction, params: Thing) -> Thing:
    """What an item costs: amount and currency, or so many of a price that exists or is made here."""
    named = (params.get("pricing") or {}).get("price") or params.get("price")
    ways: list[str] = [name for name in ("amount", "price_data", "unit_amount_decimal") if name in params]
    if named:
        ways.append("pricing")
    if len(ways) > 1:
        raise exclusive(ways[0], ways[1])
    if not ways:
        raise missing("amount")
    quantity = params.get("quantity", 1)
    if ways == ["amount"]:
        if "currency" not in params:
            raise missing("currency")
        return {"amount": params["amount"], "currency": rules.sound_currency(params["currency"])}
    price = _price(tx, named, params)
    priced: Thing = {"amount": rounded(price, quantity), "currency": price["currency"], "quantity": quantity}
    named_as = {"description": tx.get(price["product"])["name"]} if price.get("product") else {}
    return priced | named_as | {"pricing": lines.pricing(price), "quantity_decimal": str(quantity)}


def _price(tx: Transaction, named: str | None, params: Thing) -> Thing:
    if named:
        price = tx.require("price", named, "pricing[price]")
        if price["recurring"]:
            message = "The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`."
            raise invalid(message, "pricing[price]")
        return price
    if "price_data" in params:
        product = tx.require("product", params["price_data"]["product"], "price_data[product]")
        return new_price(tx, params["price_data"], product["id"], "price_data", active=False)
    if "currency" not in params:
        raise missing("currency")
    currency = rules.sound_currency(params["currency"])
    return {"currency": currency, "id": None, "product": None, "unit_amount_decimal": params["unit_amount_decimal"]}


def added(tx: Transaction, customer: Thing, subscription: str, given: list[Any]) -> list[Thing]:
    """The add_invoice_items of a subscription: one-time prices that join its next invoice."""
    made = []
    for place, one in enumerate(given):
        if "discounts" in one:
            raise invalid("The sandbox takes no discounts here.", f"add_invoice_items[{place}][discounts]")
        if not one.keys() & {"price", "price_data"}:
            raise missing(f"add_invoice_items[{place}][price]")
        fields = worth(tx, one) | {"metadata": dict(one.get("metadata") or {}), "parent": parent_of(subscription)}
        fields["tax_rates"] = tax_rates.named(tx, one.get("tax_rates"), f"add_invoice_items[{place}][tax_rates]")
        amount, currency, words = (fields.pop(name) for name in ("amount", "currency", "description"))
        made.append(lines.waiting_item(tx, customer["id"], amount, currency, words, **fields))
    return made


@route("GET", "/v1/invoiceitems/<id>", "InvoiceItemRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("invoiceitem", call.ids["id"], noun="invoice item")


@route("POST", "/v1/invoiceitems/<id>", "InvoiceItemUpdateParams")
def update(call: Call) -> Thing:
    """While it waits, or while its invoice is a draft."""
    tx, params = call.tx, call.params
    item = tx.require("invoiceitem", call.ids["id"], noun="invoice item")
    _check(params)
    draft = tx.find(item["invoice"])
    if draft:
        invoices.must_be(draft, ("draft",), "change the items of")
    item["metadata"] = rules.merged_metadata(item["metadata"], params.get("metadata"))
    item |= _plain(params) | _taxes(tx, params)
    if "amount" in params:
        item |= {"amount": params["amount"], "net_amount": params["amount"], "pricing": None}
    elif params.keys() & {"price_data", "pricing", "quantity", "unit_amount_decimal"}:
        if item["pricing"] and not params.keys() & {"price_data", "pricing", "unit_amount_decimal"}:
            params["pricing"] = {"price": item["pricing"]["price_details"]["price"]}
        fields = worth(tx, {"currency": item["currency"], **params})
        item |= fields | {"net_amount": fields["amount"]}
    tx.put(item)
    if draft:
        found = [_renewed(tx, line, item) for line in draft["lines"]["data"]]
        invoices.fill(tx, draft, found, draft["discounts"])
    return item


def _renewed(tx: Transaction, line: Thing, item: Thing) -> Thing:
    details = line["parent"] and line["parent"]["invoice_item_details"]
    if not details or details["invoice_item"] != item["id"]:
        return line
    return lines.of_invoice_item(tx, item) | {"id": line["id"]}


@route("DELETE", "/v1/invoiceitems/<id>", "InvoiceItemDeleteParams")
def delete(call: Call) -> Thing:
    tx = call.tx
    item = tx.require("invoiceitem", call.ids["id"], noun="invoice item")
    draft = tx.find(item["invoice"])
    if draft and draft["status"] != "draft":
        raise refused("This invoice item is on an invoice that is no longer a draft and cannot be deleted.")
    tx.drop(item)
    if draft:
        found = [line for line in draft["lines"]["data"] if _renewed(tx, line, item) is line]
        invoices.fill(tx, draft, found, draft["discounts"])
    tx.tell("invoiceitem.deleted", item)
    return {"id": item["id"], "object": "invoiceitem", "deleted": True}


@route("GET", "/v1/invoiceitems", "InvoiceItemListParams")
def listing(call: Call) -> Thing:
    pending = call.params.get("pending")
    where = "" if pending is None else f"json_extract(body, '$.invoice') IS {'' if pending else 'NOT '}NULL"
    return listed(call, "invoiceitem", "customer", "invoice", where=where)
