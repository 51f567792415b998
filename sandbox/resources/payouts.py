"""Payouts, made by hand (the SDK's Payout)."""

from sandbox import money, rules
from sandbox.errors import invalid, refused
from sandbox.paying import payouts
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


def available(tx: Transaction, currency: str) -> int:
    """Minor units that can be paid out now."""
    entries = tx.all("balance_transaction", currency=currency, status="available")
    return sum(int(entry["net"]) for entry in entries)


def currencies(tx: Transaction) -> list[str]:
    return sorted({"eur", *(entry["currency"] for entry in tx.all("balance_transaction"))})


@route("POST", "/v1/payouts", "PayoutCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    for name in ("destination", "payout_method"):
        if name in params:
            raise invalid(f"The sandbox has one bank account and offers no {name}.", name)
    if params.get("source_type", "card") != "card":
        raise invalid("The sandbox pays out card money only.", "source_type")
    currency = rules.sound_currency(params["currency"])
    rules.positive(params["amount"], "amount")
    rules.no_longer_than(params, {"statement_descriptor": 22})
    if params["amount"] > available(tx, currency):
        message = (
            "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low: "
            f"{money.said(available(tx, currency), currency)} are available. In test mode, the card "
            "4000 0000 0000 0077 brings money that is available at once."
        )
        raise refused(message, None, "balance_insufficient")
    fields = {name: params.get(name) for name in ("description", "statement_descriptor")}
    metadata = rules.merged_metadata({}, params.get("metadata"))
    return payouts.made(tx, params["amount"], currency, params.get("method", "standard"), metadata=metadata, **fields)


@route("GET", "/v1/payouts/<id>", "PayoutRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("payout", call.ids["id"])


@route("POST", "/v1/payouts/<id>", "PayoutUpdateParams")
def update(call: Call) -> Thing:
    tx = call.tx
    payout = tx.require("payout", call.ids["id"])
    previous = {"metadata": payout["metadata"]}
    payout["metadata"] = rules.merged_metadata(payout["metadata"], call.params.get("metadata"))
    tx.put(payout)
    tx.tell("payout.updated", payout, previous)
    return payout


@route("POST", "/v1/payouts/<id>/cancel", "PayoutCancelParams")
def cancel(call: Call) -> Thing:
    payout = call.tx.require("payout", call.ids["id"])
    if payout["status"] != "pending":
        raise refused("Payouts can only be canceled while they are pending.")
    return payouts.cancel(call.tx, payout)


@route("GET", "/v1/payouts", "PayoutListParams")
def listing(call: Call) -> Thing:
    return listed(call, "payout", "status", "destination")
