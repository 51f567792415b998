"""Invoices by API: made, finalized, paid, voided, written off (STRIPE.md section 8, invoice actions)."""

from typing import Any

from sandbox import rules
from sandbox.billing import collecting, invoices, lines, pending, taxes
from sandbox.errors import StripeError, exclusive, invalid, missing, refused
from sandbox.paying import methods
from sandbox.resources import tax_rates
from sandbox.transaction import Thing, Transaction, public
from sandbox.wire.expanding import includable
from sandbox.wire.listing import envelope, listed, paged
from sandbox.wire.routing import Call, route

_TAKEN = frozenset(
    ("auto_advance", "automatic_tax", "collection_method", "currency", "custom_fields", "customer",
     "days_until_due", "default_payment_method", "default_tax_rates", "description", "due_date", "footer", "metadata",
     "pending_invoice_items_behavior", "subscription")
)  # fmt: skip


def _check(params: Thing) -> None:
    for name in set(params) - _TAKEN:
        raise invalid(f"The sandbox does not offer {name} on invoices.", name)
    if "due_date" in params and "days_until_due" in params:
        raise exclusive("due_date", "days_until_due")


@route("POST", "/v1/invoices", "InvoiceCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    _check(params)
    if "customer" not in params:
        raise missing("customer")
    customer = tx.require("customer", params["customer"], "customer")
    subscription = None
    if "subscription" in params:
        subscription = tx.require("subscription", params["subscription"], "subscription")
    currency = rules.sound_currency(params.get("currency") or _currency(tx, customer, subscription))
    invoice = invoices.made(tx, customer, currency, "manual", subscription)
    invoice |= _fields(params) | {"auto_advance": params.get("auto_advance", False)} | _taxes(tx, params)
    _awaited(tx, invoice, params)
    found = []
    if params.get("pending_invoice_items_behavior", "exclude") == "include":
        found = lines.take_waiting(tx, invoice, params.get("subscription"))
    invoices.fill(tx, invoice, found)
    tx.tell("invoice.created", invoice)
    if invoice["auto_advance"]:
        invoice["automatically_finalizes_at"] = tx.now + invoices.DRAFT
        tx.schedule(tx.now + invoices.DRAFT, "finalize_invoice", invoice["id"])
        tx.put(invoice)
    return invoice


def _fields(params: Thing) -> Thing:
    made: Thing = {name: params[name] or None for name in ("description", "footer") if name in params}
    if "custom_fields" in params:
        made["custom_fields"] = [dict(one) for one in params["custom_fields"] or []] or None
    if "default_payment_method" in params:
        made["default_payment_method"] = params["default_payment_method"]
    if "metadata" in params:
        made["metadata"] = rules.merged_metadata({}, params["metadata"])
    return made


def _taxes(tx: Transaction, params: Thing) -> Thing:
    made: Thing = {}
    if "automatic_tax" in params:
        on = params["automatic_tax"]["enabled"]
        made["automatic_tax"] = taxes.of_invoice({"automatic_tax": {"enabled": on}})
    if "default_tax_rates" in params:
        made["default_tax_rates"] = tax_rates.named(tx, params["default_tax_rates"], "default_tax_rates")
    return made


def _currency(tx: Transaction, customer: Thing, subscription: Thing | None) -> str:
    """That of the subscription, of what waits for the customer, or the account's own."""
    if subscription:
        return str(subscription["currency"])
    waiting = [one for one in tx.all("invoiceitem", customer=customer["id"]) if one["invoice"] is None]
    return str(waiting[0]["currency"] if waiting else customer["currency"] or "eur")


def _awaited(tx: Transaction, invoice: Thing, params: Thing) -> None:
    """How it is collected: charged, or sent with a day by which it must be paid."""
    invoice["collection_method"] = params.get("collection_method", invoice["collection_method"])
    dated = params.keys() & {"days_until_due", "due_date"}
    if invoice["collection_method"] != "send_invoice":
        if dated:
            message = f"You can only set `{min(dated)}` if `collection_method` is `send_invoice`."
            raise invalid(message, min(dated))
        return
    if params.get("due_date"):
        if params["due_date"] <= tx.now:
            raise invalid("The `due_date` must be in the future.", "due_date")
        invoice["due_date"] = params["due_date"]
    elif "days_until_due" in params:
        invoice |= {"_days": params["days_until_due"], "due_date": None}
    elif invoice["due_date"] is None and invoice["_days"] is None:
        raise missing("days_until_due")


@route("GET", "/v1/invoices/<id>", "InvoiceRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("invoice", call.ids["id"])


@route("POST", "/v1/invoices/<id>", "InvoiceUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    invoice = tx.require("invoice", call.ids["id"])
    _check(params)
    before = dict(invoice)
    metadata = rules.merged_metadata(invoice["metadata"], params.get("metadata"))
    if set(params) - {"metadata"}:
        invoices.must_be(invoice, ("draft",), "edit")
    invoice |= _fields(params) | {"metadata": metadata}
    invoice["auto_advance"] = params.get("auto_advance", invoice["auto_advance"])
    if params.keys() & {"collection_method", "days_until_due", "due_date"}:
        _awaited(tx, invoice, params)
    taxed = _taxes(tx, params)
    if taxed:
        invoice |= taxed
        invoices.fill(tx, invoice, invoice["lines"]["data"], invoice["discounts"])
    tx.put(invoice)
    previous = {name: value for name, value in before.items() if invoice[name] != value}
    tx.tell("invoice.updated", invoice, previous)
    return invoice


@route("DELETE", "/v1/invoices/<id>", "InvoiceDeleteParams")
def delete(call: Call) -> Thing:
    invoice = call.tx.require("invoice", call.ids["id"])
    invoices.must_be(invoice, ("draft",), "delete")
    call.tx.drop(invoice)
    call.tx.tell("invoice.deleted", invoice)
    return {"id": invoice["id"], "object": "invoice", "deleted": True}


@route("POST", "/v1/invoices/<id>/finalize", "InvoiceFinalizeInvoiceParams")
def finalize(call: Call) -> Thing:
    """Opens it; nothing is attempted."""
    tx = call.tx
    invoice = tx.require("invoice", call.ids["id"])
    invoices.must_be(invoice, ("draft",), "finalize")
    if invoice["automatic_tax"]["enabled"] and not invoice["_subscription"]:
        taxes.require_location(tx.get(invoice["customer"]))
    invoices.finalize(tx, invoice)
    if invoice["amount_remaining"]:
        invoices.intent_of(tx, invoice)
    else:
        invoices.settle(tx, invoice, None)
    return invoice


@route("POST", "/v1/invoices/<id>/pay", "InvoicePayParams")
def pay(call: Call) -> Thing:
    """Also on a draft, which is finalized first."""
    tx, params = call.tx, call.params
    invoice = tx.require("invoice", call.ids["id"])
    invoices.must_be(invoice, ("draft", "open", "uncollectible"), "pay")
    if params.get("payment_method"):
        method = methods.resolved(tx, params["payment_method"])
        if not method["customer"]:
            methods.attach(tx, method, invoice["customer"])
        invoice["default_payment_method"] = method["id"]
    if invoice["status"] == "draft":
        invoices.finalize(tx, invoice)
    if params.get("paid_out_of_band"):
        collecting.settle(tx, invoice, None)
        return invoice
    if invoice["amount_remaining"] and collecting.method_for(tx, invoice) is None:
        message = (
            "There is no default payment method set on this Customer, Subscription or Invoice. Provide one, or set it."
        )
        raise StripeError(400, "invalid_request_error", message, code="resource_missing")
    collecting.collect(tx, invoice, off_session=bool(params.get("off_session", True)), by_clock=False)
    if invoice["status"] != "paid":
        raise _declined(tx, invoice)
    return invoice


@route("POST", "/v1/invoices/<id>/send", "InvoiceSendInvoiceParams")
def send(call: Call) -> Thing:
    """Finalized first if it is a draft; no letter leaves the sandbox, only invoice.sent."""
    tx = call.tx
    invoice = tx.require("invoice", call.ids["id"])
    if invoice["collection_method"] != "send_invoice":
        raise refused("You can only manually send an invoice if its collection method is 'send_invoice'.")
    if invoice["status"] not in ("draft", "open", "paid"):
        raise invoices.unfit(invoice, "send")
    if invoice["status"] == "draft":
        invoices.finalize(tx, invoice)
    collecting.send(tx, invoice)
    return invoice


def _declined(tx: Transaction, invoice: Thing) -> StripeError:
    intent = invoices.intent_of(tx, invoice)
    error = intent["last_payment_error"] or {}
    message = error.get("message", "This payment requires additional user action before it can be completed.")
    code = error.get("code", "invoice_payment_intent_requires_action")
    more: dict[str, Any] = {name: error.get(name) for name in ("advice_code", "charge", "decline_code")}
    return StripeError(402, "card_error", message, keep=True, code=code, payment_intent=public(intent), **more)


@route("POST", "/v1/invoices/<id>/void", "InvoiceVoidInvoiceParams")
def void(call: Call) -> Thing:
    invoice = call.tx.require("invoice", call.ids["id"])
    invoices.must_be(invoice, ("open", "uncollectible"), "void")
    waiting = pending.of(call.tx, invoice)
    invoices.void(call.tx, invoice)
    if waiting:
        pending.drop(call.tx, waiting)
    return invoice


@route("POST", "/v1/invoices/<id>/mark_uncollectible", "InvoiceMarkUncollectibleParams")
def mark_uncollectible(call: Call) -> Thing:
    invoice = call.tx.require("invoice", call.ids["id"])
    invoices.must_be(invoice, ("open",), "mark as uncollectible")
    invoices.write_off(call.tx, invoice, "user_forgiven")
    return invoice


@route("GET", "/v1/invoices", "InvoiceListParams")
def listing(call: Call) -> Thing:
    subscription = call.params.get("subscription")
    where = "json_extract(body, '$._subscription') = ?" if subscription else ""
    values = (subscription,) if subscription else ()
    page = listed(call, "invoice", "customer", "status", "collection_method", where=where, values=values)
    page["data"] = [public(one) for one in page["data"]]
    return page


@route("GET", "/v1/invoices/<id>/lines", "InvoiceLineItemListParams")
def list_lines(call: Call) -> Thing:
    return paged(call, call.tx.require("invoice", call.ids["id"])["lines"]["data"])


@includable("invoice", "payments")
def payments(tx: Transaction, invoice: Thing) -> Thing:
    found = [public(one) for one in tx.all("invoice_payment", invoice=invoice["id"])]
    return envelope(found[:10], f"/v1/invoice_payments?invoice={invoice['id']}", len(found) > 10)


@includable("invoice", "confirmation_secret")
def confirmation_secret(tx: Transaction, invoice: Thing) -> Thing:
    """What a shop's own page confirms the payment with (section 0 row 8)."""
    for payment in tx.all("invoice_payment", invoice=invoice["id"], status="open"):
        intent = tx.get(payment["payment"]["payment_intent"])
        return {"client_secret": intent["client_secret"], "type": "payment_intent"}
    return {}


@route("GET", "/v1/invoice_payments/<id>", "InvoicePaymentRetrieveParams")
def retrieve_payment(call: Call) -> Thing:
    return call.tx.require("invoice_payment", call.ids["id"], noun="invoice payment")


@route("GET", "/v1/invoice_payments", "InvoicePaymentListParams")
def list_payments(call: Call) -> Thing:
    intent = (call.params.get("payment") or {}).get("payment_intent")
    where = "json_extract(body, '$.payment.payment_intent') = ?" if intent else ""
    return listed(call, "invoice_payment", "invoice", "status", where=where, values=(intent,) if intent else ())
