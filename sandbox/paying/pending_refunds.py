"""Refunds that were still under way when their charge was disputed (the SDK: `charge_for_pending_refund_disputed`)."""

from sandbox.transaction import Thing, Transaction


def fail_for_dispute(tx: Transaction, charge: Thing) -> None:
    """They come to nothing; what the charge had counted of them is not refunded."""
    for made in tx.all("refund", charge=charge["id"], status="pending"):
        previous = {"status": "pending", "pending_reason": made.pop("pending_reason", None)}
        made |= {"status": "failed", "failure_reason": "charge_for_pending_refund_disputed"}
        if made.get("_counted"):
            charge["amount_refunded"] -= made["amount"]
            charge["refunded"] = False
            made["_counted"] = False
        tx.put(made)
        tx.put(charge)
        tx.tell("refund.failed", made, previous)
        tx.tell("refund.updated", made, previous)
        tx.tell("charge.refund.updated", made, previous)
