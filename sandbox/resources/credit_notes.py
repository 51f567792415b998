"""Credit notes by API (docs: api/credit_notes)."""

from typing import Any

from sandbox import rules
from sandbox.billing import credit_lines, crediting
from sandbox.errors import invalid, missing, refused
from sandbox.resources import customer_balances, refunds
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed, paged
from sandbox.wire.routing import Call, route

NOUN = "credit note"
_KINDS = ("amount", "lines", "shipping_cost")


@route("POST", "/v1/credit_notes", "CreditNoteCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    invoice = _invoice(tx, params)
    note = _drafted(tx, invoice, params)
    if params.get("refund_amount"):
        note["refunds"].append(_refunded(tx, invoice, params))
    if params.get("credit_amount"):
        note["customer_balance_transaction"] = _credited(tx, invoice, note, params["credit_amount"])
    crediting.issue(tx, invoice, note)
    return note


def _invoice(tx: Transaction, params: Thing) -> Thing:
    if "invoice" not in params:
        raise missing("invoice")
    invoice = tx.require("invoice", params["invoice"], "invoice")
    if invoice["status"] not in ("open", "paid"):
        raise refused(
            f"You can only credit an invoice that is open or paid. This one is {invoice['status']}.", "invoice"
        )
    return invoice


def _drafted(tx: Transaction, invoice: Thing, params: Thing) -> Thing:
    """The note as it will be, without the money that goes back."""
    if not params.keys() & set(_KINDS):
        raise invalid("You must provide one of `amount`, `lines`, or `shipping_cost`.")
    for name in ("amount", *crediting.WAYS):
        if params.get(name) is not None and params[name] < (1 if name == "amount" else 0):
            raise invalid("This value must be greater than or equal to 1.", name, "parameter_invalid_integer")
    rules.no_longer_than(params, {"memo": 5000})
    lines = credit_lines.made(tx, invoice, params.get("lines") or [])
    shipping = _shipping(tx, invoice, params.get("shipping_cost"))
    if not lines and shipping is None:
        lines = [credit_lines.plain(tx, params["amount"])]
    fields = {
        name: params[name] for name in ("effective_at", "memo", "out_of_band_amount", "reason") if params.get(name)
    }
    metadata = rules.merged_metadata({}, params.get("metadata"))
    note = crediting.drafted(tx, invoice, lines, shipping, metadata=metadata, **fields)
    if params.get("amount", note["total"]) != note["total"]:
        raise refused(f"`amount` must be the sum of the lines, which is {note['total']}.", "amount")
    note["refunds"] = _linked(tx, invoice, params.get("refunds") or [])
    back = sum(params.get(name) or 0 for name in crediting.WAYS) + sum(
        one["amount_refunded"] for one in note["refunds"]
    )
    crediting.split(tx, invoice, note, back)
    return note


def _shipping(tx: Transaction, invoice: Thing, given: Any) -> Thing | None:
    if not given:
        return None
    cost: Thing | None = invoice["shipping_cost"]
    if cost is None or given.get("shipping_rate") != cost["shipping_rate"]:
        raise invalid("This is not the shipping rate of the invoice.", "shipping_cost[shipping_rate]")
    if any(note["shipping_cost"] for note in tx.all("credit_note", invoice=invoice["id"], status="issued")):
        raise invalid("The shipping has been credited already.", "shipping_cost")
    return dict(cost)


def _linked(tx: Transaction, invoice: Thing, given: list[Any]) -> list[Thing]:
    """Refunds of this invoice's charge that no other note names."""
    charge, found = crediting.charge_of(tx, invoice), []
    notes = tx.all("credit_note", invoice=invoice["id"], status="issued")
    taken = {one["refund"] for note in notes for one in note["refunds"]}
    for place, one in enumerate(given):
        within = f"refunds[{place}]"
        if one.get("type", "refund") != "refund" or "refund" not in one:
            raise invalid("The sandbox links refunds only.", within)
        refund = tx.require("refund", one["refund"], f"{within}[refund]")
        if charge is None or refund["charge"] != charge["id"] or refund["id"] in taken:
            raise invalid("Link a refund of this invoice that no other credit note names.", f"{within}[refund]")
        amount = one.get("amount_refunded", refund["amount"])
        if amount != refund["amount"]:
            raise invalid("The sandbox links a refund as a whole.", f"{within}[amount_refunded]")
        taken.add(refund["id"])
        found.append(_link(refund))
    return found


def _link(refund: Thing) -> Thing:
    return {
        "amount_refunded": refund["amount"],
        "payment_record_refund": None,
        "refund": refund["id"],
        "type": "refund",
    }


def _refunded(tx: Transaction, invoice: Thing, params: Thing) -> Thing:
    charge = crediting.charge_of(tx, invoice)
    if charge is None:
        raise refused("No charge has paid this invoice, so there is nothing to refund.", "refund_amount")
    reason = params.get("reason")
    known = reason if reason in ("duplicate", "fraudulent") else None
    return _link(refunds.give_back(tx, charge, params["refund_amount"], known, {}, "refund_amount"))


def _credited(tx: Transaction, invoice: Thing, note: Thing, amount: int) -> str:
    customer = tx.get(invoice["customer"])
    if customer["currency"] not in (None, invoice["currency"]):
        raise refused(f"The customer's currency is {customer['currency']}.", "credit_amount")
    kind: Thing = {"type": "credit_note", "credit_note": note["id"]}
    return str(customer_balances.moved(tx, customer, -amount, invoice["currency"], **kind)["id"])


@route("GET", "/v1/credit_notes/preview", "CreditNotePreviewParams")
def preview(call: Call) -> Thing:
    """What a note would say; nothing is written."""
    with call.tx.trying():
        return _drafted(call.tx, _invoice(call.tx, call.params), call.params)


@route("GET", "/v1/credit_notes/preview/lines", "CreditNotePreviewLinesListParams")
def preview_lines(call: Call) -> Thing:
    return paged(call, preview(call)["lines"]["data"])


@route("GET", "/v1/credit_notes/<id>", "CreditNoteRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("credit_note", call.ids["id"], noun=NOUN)


@route("POST", "/v1/credit_notes/<id>", "CreditNoteUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    note = tx.require("credit_note", call.ids["id"], noun=NOUN)
    previous = {"memo": note["memo"], "metadata": note["metadata"]}
    rules.no_longer_than(params, {"memo": 5000})
    if "memo" in params:
        note["memo"] = params["memo"] or None
    note["metadata"] = rules.merged_metadata(note["metadata"], params.get("metadata"))
    tx.put(note)
    tx.tell("credit_note.updated", note, {name: old for name, old in previous.items() if note[name] != old})
    return note


@route("POST", "/v1/credit_notes/<id>/void", "CreditNoteVoidCreditNoteParams")
def void(call: Call) -> Thing:
    return crediting.void(call.tx, call.tx.require("credit_note", call.ids["id"], noun=NOUN))


@route("GET", "/v1/credit_notes/<id>/lines", "CreditNoteLineItemListParams")
def list_lines(call: Call) -> Thing:
    return paged(call, call.tx.require("credit_note", call.ids["id"], noun=NOUN)["lines"]["data"])


@route("GET", "/v1/credit_notes", "CreditNoteListParams")
def listing(call: Call) -> Thing:
    return listed(call, "credit_note", "customer", "invoice")
