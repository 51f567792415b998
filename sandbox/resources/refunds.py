"""Refunds (STRIPE.md section 6)."""

from sandbox import money, rules
from sandbox.errors import exclusive, invalid, missing, refused
from sandbox.paying import refunding
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


@route("POST", "/v1/refunds", "RefundCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    charge = _charge(tx, params)
    if "amount" in params:
        rules.positive(params["amount"], "amount")
    metadata = rules.merged_metadata({}, params.get("metadata"))
    return give_back(tx, charge, params.get("amount"), params.get("reason"), metadata)


def give_back(
    tx: Transaction,
    charge: Thing,
    asked: int | None,
    reason: str | None,
    metadata: dict[str, str],
    param: str = "amount",
) -> Thing:
    """Refund so much of a charge, or all that is left of it. Raises Stripe's 400 where that cannot be."""
    rest = charge["amount_captured"] - charge["amount_refunded"]
    if not charge["captured"]:
        intent = charge["payment_intent"]
        message = f"This PaymentIntent ({intent}) does not have a successful charge to refund. Cancel it instead."
        raise refused(message)
    if charge["refunded"]:
        raise refused(f"Charge {charge['id']} has already been refunded.", None, "charge_already_refunded")
    if charge["disputed"] and not charge.get("_refundable", False):
        raise refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", None, "charge_disputed")
    amount = rest if asked is None else asked
    if amount > rest - refunding.waiting(tx, charge):
        wanted, left = money.said(amount, charge["currency"]), money.said(rest, charge["currency"])
        message = f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})"
        raise refused(message, param)
    return refunding.refund(tx, charge, amount, reason, metadata)


def _charge(tx: Transaction, params: Thing) -> Thing:
    """The charge that is meant: named itself, or by its intent."""
    for name in ("origin", "customer", "currency", "refund_application_fee", "reverse_transfer", "instructions_email"):
        if name in params:
            raise invalid(f"The sandbox does not offer refunds with {name}.", name)
    if "charge" in params and "payment_intent" in params:
        raise exclusive("charge", "payment_intent")
    if "charge" in params:
        return tx.require("charge", params["charge"], "charge")
    if "payment_intent" not in params:
        raise missing("charge")
    intent = tx.require("payment_intent", params["payment_intent"], "payment_intent", "payment_intent")
    charge = tx.find(intent["latest_charge"])
    if charge is None or charge["status"] != "succeeded":
        raise refused(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return charge


@route("GET", "/v1/refunds/<id>", "RefundRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("refund", call.ids["id"])


@route("POST", "/v1/refunds/<id>", "RefundUpdateParams")
def update(call: Call) -> Thing:
    tx = call.tx
    refund = tx.require("refund", call.ids["id"])
    previous = {"metadata": refund["metadata"]}
    refund["metadata"] = rules.merged_metadata(refund["metadata"], call.params.get("metadata"))
    tx.put(refund)
    tx.tell("refund.updated", refund, previous)
    return refund


@route("POST", "/v1/refunds/<id>/cancel", "RefundCancelParams")
def cancel(call: Call) -> Thing:
    """Only a refund that requires action can be canceled by API (section 6, cancel)."""
    refund = call.tx.require("refund", call.ids["id"])
    if refund["status"] != "requires_action":
        raise refused(f"Refund {refund['id']} could not be canceled because it has a status of {refund['status']}.")
    return refunding.cancel(call.tx, refund)


@route("GET", "/v1/refunds", "RefundListParams")
def listing(call: Call) -> Thing:
    return listed(call, "refund", "charge", "payment_intent")
