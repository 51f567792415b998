"""Money on its way to the balance: one balance transaction for each movement (STRIPE.md sections 0 row 12, 6)."""

from typing import Any

from sandbox.paying import methods
from sandbox.transaction import Thing, Transaction

AVAILABLE_AFTER = 7 * 86400
# Our declared fee: a European card at a European shop.
FEE_PER_MILLE, FEE_FIXED = 15, 25
LATE = 2


def fee(amount: int) -> int:
    """Minor units; half a unit is rounded up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED


def at_once_or_later(tx: Transaction, charge: Thing) -> None:
    """Give a captured charge its balance transaction now, or let charge.updated bring it in two seconds."""
    if tx.variants["balance_transaction"] == "at_once":
        settle(tx, charge)
        tx.put(charge)
    else:
        tx.schedule(tx.now + LATE, "settle_charge", charge["id"])


def settle(tx: Transaction, charge: Thing) -> Thing:
    """Write the balance transaction of a charge; the charge is not yet written."""
    amount = charge["amount_captured"]
    cost = fee(amount)
    details = {
        "amount": cost,
        "application": None,
        "currency": charge["currency"],
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    method = tx.find(charge["payment_method"])
    at_once = method is not None and method["type"] == "card" and methods.card_of(method).available_at_once
    entry = booked(
        tx, amount, charge, kind="charge", category="charge", fee=cost, fee_details=[details], at_once=at_once
    )
    charge["balance_transaction"] = entry["id"]
    return entry


def booked(
    tx: Transaction,
    amount: int,
    source: Thing,
    *,
    kind: str,
    category: str,
    fee: int = 0,
    fee_details: Any = None,
    at_once: bool = False,
) -> Thing:
    """Write one movement of the balance: `amount` is signed, the fee is taken from it."""
    wait = 0 if amount < 0 or at_once else AVAILABLE_AFTER
    entry = tx.new("txn", "balance_transaction", amount=amount, currency=source["currency"])
    del entry["livemode"]
    entry |= {
        "available_on": tx.now + wait,
        "balance_type": "payments",
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fee_details or [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "pending" if wait else "available",
        "type": kind,
    }
    if wait:
        tx.schedule(tx.now + wait, "make_available", entry["id"])
    return tx.put(entry)
