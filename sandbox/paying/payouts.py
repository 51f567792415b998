"""Money on its way from the balance to the shop's bank account (the SDK's Payout)."""

from sandbox.paying import settlement
from sandbox.paying.duties import duty
from sandbox.transaction import Thing, Transaction

# Our own table: a standard payout arrives after two days, an instant one at once.
ARRIVES = {"standard": 2 * 86400, "instant": 60}


def made(tx: Transaction, amount: int, currency: str, method: str, **fields: object) -> Thing:
    """Take the money from the balance and send it off; minor units."""
    payout = tx.new("po", "payout", amount=amount, currency=currency)
    payout |= {
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": tx.now + ARRIVES[method],
        "automatic": False,
        "description": None,
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "metadata": {},
        "method": method,
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    } | fields
    entry = settlement.booked(tx, -amount, payout, kind="payout", category="payout")
    payout["balance_transaction"] = entry["id"]
    tx.put(payout)
    tx.tell("payout.created", payout)
    tx.schedule(payout["arrival_date"], "pay_out", payout["id"])
    return payout


@duty("pay_out")
def arrive(tx: Transaction, payout: Thing) -> None:
    if payout["status"] == "pending":
        payout["status"] = "paid"
        tx.put(payout)
        tx.tell("payout.paid", payout)


def cancel(tx: Transaction, payout: Thing) -> Thing:
    """The money goes back to the balance."""
    entry = settlement.booked(
        tx, payout["amount"], payout, kind="payout_cancel", category="payout_reversal", at_once=True
    )
    payout |= {"status": "canceled", "failure_balance_transaction": entry["id"]}
    tx.put(payout)
    tx.tell("payout.canceled", payout)
    return payout
