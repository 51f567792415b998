"""The life of a refund: at once, pending first, or failed later (STRIPE.md sections 5, 6 and 12)."""

from sandbox.paying import disputing, methods, reviewing, settlement
from sandbox.transaction import Thing, Transaction

# A reference of the bank becomes known, a pending refund succeeds, a failing one fails, after so many seconds.
REFERENCE, SETTLED, FAILED = 5, 180, 180


def waiting(tx: Transaction, charge: Thing) -> int:
    """Minor units of refunds that are under way and not yet counted in the charge."""
    pending = tx.all("refund", charge=charge["id"], status="pending")
    return sum(one["amount"] for one in pending if not one.get("_counted"))


def refund(tx: Transaction, charge: Thing, amount: int, reason: str | None, metadata: dict[str, str]) -> Thing:
    """Write a refund and tell what follows at once; the card decides what follows later."""
    behaviour = methods.refund_behaviour(tx.get(charge["payment_method"]))
    made = tx.new("re", "refund", amount=amount, currency=charge["currency"])
    del made["livemode"]
    pending = behaviour == "pending"
    made |= {
        "balance_transaction": None,
        "charge": charge["id"],
        "destination_details": _destination(charge),
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }
    counted = not pending or tx.variants["pending_refund"] == "counted"
    if pending:
        made["pending_reason"] = "processing"
        tx.schedule(tx.now + SETTLED, "settle_refund", made["id"])
    else:
        made["balance_transaction"] = settlement.booked(tx, -amount, made, kind="refund", category="refund")["id"]
        later = ("fail_refund", FAILED) if behaviour == "failing" else ("know_reference", REFERENCE)
        tx.schedule(tx.now + later[1], later[0], made["id"])
    tx.put(made)
    tx.tell("refund.created", made)
    if counted:
        count(tx, charge, made)
    return made


def _destination(charge: Thing) -> Thing:
    if charge["payment_method_details"]["type"] != "card":
        return {"eu_bank_transfer": {"reference": None, "reference_status": "pending"}, "type": "eu_bank_transfer"}
    card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {"card": card, "type": "card"}


def count(tx: Transaction, charge: Thing, made: Thing) -> None:
    """Add a refund to its charge and tell charge.refunded."""
    previous = {"amount_refunded": charge["amount_refunded"]}
    charge["amount_refunded"] += made["amount"]
    if charge["amount_refunded"] >= charge["amount_captured"]:
        previous["refunded"] = charge["refunded"]
        charge["refunded"] = True
    tx.put(charge)
    made["_counted"] = True
    tx.put(made)
    tx.tell("charge.refunded", charge, previous)
    if charge["refunded"]:
        reviewing.close_of(tx, charge, "refunded_as_fraud" if made["reason"] == "fraudulent" else "refunded")
        disputing.refunded(tx, charge)


def updated(tx: Transaction, made: Thing, previous: Thing) -> None:
    """refund.updated, and its deprecated twin."""
    tx.put(made)
    tx.tell("refund.updated", made, previous)
    tx.tell("charge.refund.updated", made, previous)


def settle(tx: Transaction, made: Thing) -> None:
    """A pending refund has succeeded."""
    if made["status"] != "pending":
        return
    previous = {"status": "pending", "pending_reason": made.pop("pending_reason"), "balance_transaction": None}
    made["status"] = "succeeded"
    made["balance_transaction"] = settlement.booked(tx, -made["amount"], made, kind="refund", category="refund")["id"]
    updated(tx, made, previous)
    if not made.get("_counted"):
        count(tx, tx.get(made["charge"]), made)


def fail(tx: Transaction, made: Thing) -> None:
    """The bank has sent the money back: it counts for the shop again."""
    if made["status"] != "succeeded":
        return
    made |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    _give_back(tx, made, "refund_failure")
    tx.put(made)
    tx.tell("refund.failed", made, {"status": "succeeded"})
    updated(tx, made, {"status": "succeeded"})
    if tx.variants["failed_refund"] == "uncounted":
        _uncount(tx, made)


def cancel(tx: Transaction, made: Thing) -> Thing:
    previous = {"status": made["status"]}
    made["status"] = "canceled"
    updated(tx, made, previous)
    return made


def know_reference(tx: Transaction, made: Thing) -> None:
    card = made["destination_details"].get("card")
    if card and made["status"] == "succeeded" and card["reference_status"] == "pending":
        card |= {"reference": "74837501234567890123456", "reference_status": "available"}
        updated(tx, made, {"destination_details": {"card": {"reference_status": "pending"}}})


def _give_back(tx: Transaction, made: Thing, kind: str) -> None:
    made["failure_balance_transaction"] = settlement.booked(
        tx, made["amount"], made, kind=kind, category="refund_failure"
    )["id"]


def _uncount(tx: Transaction, made: Thing) -> None:
    charge = tx.get(made["charge"])
    previous = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] -= made["amount"]
    charge["refunded"] = False
    made["_counted"] = False
    tx.put(made)
    tx.put(charge)
    tx.tell("charge.updated", charge, previous)
