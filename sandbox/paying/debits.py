"""SEPA debits: a method whose money comes or fails to come days later (STRIPE.md sections 5 and 12, async rows)."""

import hashlib
from dataclasses import dataclass

from sandbox import ids
from sandbox.paying import charges, followers, methods, sessions, settlement
from sandbox.transaction import Thing, Transaction, public

FAILURE = ("insufficient_funds", "Your customer's account has insufficient funds to cover this payment.")


@dataclass(frozen=True)
class Account:
    """A published test account: whether it pays, and after how many seconds of the sandbox's clock."""

    iban: str
    pays: bool
    after: int


ACCOUNTS = {
    one.iban: one
    for one in (
        Account("AT611904300234573201", pays=True, after=5),
        Account("AT861904300235473202", pays=False, after=5),
        Account("AT321904300235473204", pays=True, after=180),
    )
}


def from_account(tx: Transaction, account: Account, email: str, name: str) -> Thing:
    """Write a payment method; of the account number only the last four are shown."""
    method = tx.new(
        "pm",
        "payment_method",
        allow_redisplay="unspecified",
        billing_details=methods.billing_details({"email": email, "name": name}),
        customer=None,
        customer_account=None,
        metadata={},
        sepa_debit=_shown(tx, account) | {"generated_from": {"charge": None, "setup_attempt": None}},
        type="sepa_debit",
        _account=account.iban,
    )
    return tx.put(method)


def _shown(tx: Transaction, account: Account) -> Thing:
    return {
        "bank_code": account.iban[4:9],
        "branch_code": "",
        "country": account.iban[:2],
        "fingerprint": hashlib.sha256(f"{tx.account}:{account.iban}".encode()).hexdigest()[:16],
        "last4": account.iban[-4:],
    }


def begin(tx: Transaction, intent: Thing, method: Thing) -> Thing:
    """The bank has been asked: the intent is processing, the charge pending."""
    account = ACCOUNTS[method["_account"]]
    charge = charges.blank(tx, intent, method) | {
        "amount_captured": intent["amount"],
        "captured": True,
        "outcome": charges.approved("not_assessed"),
        "paid": False,
        "payment_method_details": {
            "sepa_debit": _shown(tx, account) | {"mandate": ids.new_id("mandate")},
            "type": "sepa_debit",
        },
        "receipt_url": None,
        "status": "pending",
    }
    tx.put(charge)
    intent |= {
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": method["id"],
        "status": "processing",
    }
    tx.put(intent)
    tx.tell("payment_intent.processing", intent)
    tx.tell("charge.pending", charge)
    tx.schedule(tx.now + account.after, "settle_debit", charge["id"])
    return intent


def settle(tx: Transaction, charge: Thing) -> None:
    """The bank has answered."""
    intent = tx.get(charge["payment_intent"])
    if charge["status"] != "pending":
        return
    if ACCOUNTS[tx.get(charge["payment_method"])["_account"]].pays:
        _paid(tx, intent, charge)
    else:
        _failed(tx, intent, charge)


def _paid(tx: Transaction, intent: Thing, charge: Thing) -> None:
    charge |= {"paid": True, "status": "succeeded", "receipt_url": f"{tx.site}/receipts/{charge['id']}"}
    tx.put(charge)
    intent |= {"amount_received": intent["amount"], "status": "succeeded"}
    tx.put(intent)
    settlement.at_once_or_later(tx, charge)
    tx.tell("charge.succeeded", charge)
    tx.tell("payment_intent.succeeded", intent)
    sessions.paid_later(tx, intent)
    followers.notify(tx, intent)
    _tell_session(tx, intent, "checkout.session.async_payment_succeeded")


def _failed(tx: Transaction, intent: Thing, charge: Thing) -> None:
    code, message = FAILURE
    method = tx.get(charge["payment_method"])
    charge |= {"amount_captured": 0, "failure_code": code, "failure_message": message, "status": "failed"}
    tx.put(charge)
    intent |= {
        "last_payment_error": {
            "charge": charge["id"],
            "code": "payment_intent_payment_attempt_failed",
            "decline_code": code,
            "doc_url": "https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed",
            "message": message,
            "payment_method": public(method),
            "type": "card_error",
        },
        "payment_method": None,
        "status": "requires_payment_method",
    }
    tx.put(intent)
    tx.tell("charge.failed", charge)
    tx.tell("payment_intent.payment_failed", intent)
    _tell_session(tx, intent, "checkout.session.async_payment_failed")


def _tell_session(tx: Transaction, intent: Thing, event_type: str) -> None:
    session = tx.find(intent.get("_session"))
    if session is not None:
        tx.tell(event_type, session)
