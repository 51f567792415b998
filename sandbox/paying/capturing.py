"""Taking held money, wholly or in part (STRIPE.md sections 4 and 12)."""

from sandbox.paying import disputing, sessions, settlement
from sandbox.transaction import Thing, Transaction


def capture(tx: Transaction, intent: Thing, amount: int) -> Thing:
    """Capture once; the rest of the hold is released without a refund object."""
    charge = tx.get(intent["latest_charge"])
    charge |= {"captured": True, "amount_captured": amount}
    tx.put(charge)
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    tx.put(intent)
    settlement.at_once_or_later(tx, charge)
    previous = {"amount_captured": 0, "captured": False}
    tx.tell("charge.captured", charge, previous)
    disputing.after_payment(tx, charge)
    tx.tell("payment_intent.succeeded", intent)
    sessions.paid_later(tx, intent)
    return intent
