"""A hold that is let go, where Stripe calls that a refund although no money had moved (STRIPE.md sections 4 and 12)."""

from sandbox.transaction import Thing, Transaction


def as_refund(tx: Transaction, charge: Thing, *, made: bool) -> None:
    """Mark the charge refunded and tell it. `made`: with a refund in the list, which has no balance transaction."""
    if made:
        tx.tell("refund.created", tx.put(_refund(tx, charge)))
    charge |= {"amount_refunded": charge["amount"], "refunded": True}
    tx.put(charge)
    tx.tell("charge.refunded", charge, {"amount_refunded": 0, "refunded": False})


def _refund(tx: Transaction, charge: Thing) -> Thing:
    refund = tx.new("re", "refund", amount=charge["amount"], currency=charge["currency"])
    del refund["livemode"]
    unknown = ("balance_transaction", "reason", "receipt_number", "source_transfer_reversal", "transfer_reversal")
    copied = ("payment_intent", "payment_method")
    return (
        refund
        | dict.fromkeys(unknown)
        | {
            "charge": charge["id"],
            "destination_details": {"card": {"type": "reversal"}, "type": "card"},
            "metadata": {},
            "status": "succeeded",
            **{name: charge[name] for name in copied},
            "_counted": True,
        }
    )
