"""How a subscription stands: changes of its status, told as Stripe tells them (STRIPE.md sections 8 and 12)."""

import copy
from typing import Any

from sandbox.billing import invoices
from sandbox.transaction import Thing, Transaction

OVER = ("canceled", "incomplete_expired")


def change(tx: Transaction, subscription: Thing, **fields: Any) -> None:
    """Set fields, write, and tell customer.subscription.updated with what they were."""
    previous = {
        name: copy.deepcopy(subscription.get(name)) for name in fields if subscription.get(name) != fields[name]
    }
    subscription |= fields
    tx.put(subscription)
    if previous:
        tx.tell("customer.subscription.updated", subscription, previous)


def end(tx: Transaction, subscription: Thing, reason: str | None, status: str = "canceled") -> None:
    """Cancel now and for good."""
    details = subscription["cancellation_details"]
    subscription |= {
        "canceled_at": subscription["canceled_at"] or tx.now,
        "cancellation_details": details | {"reason": details["reason"] or reason},
        "ended_at": tx.now,
        "pause_collection": None,
        "status": status,
    }
    tx.put(subscription)
    tx.tell("customer.subscription.deleted", subscription)


def expire(tx: Transaction, subscription: Thing) -> None:
    """Nobody paid the first invoice within 23 hours."""
    if subscription["status"] != "incomplete":
        return
    invoice = tx.find(subscription["latest_invoice"])
    if invoice and invoice["status"] == "open":
        invoices.void(tx, invoice)
    change(tx, subscription, status="incomplete_expired", ended_at=tx.now)


def paid(tx: Transaction, invoice: Thing) -> None:
    """An invoice of this subscription was paid."""
    subscription = tx.find(invoice["_subscription"])
    if subscription is None:
        return
    if subscription["status"] in ("incomplete", "past_due", "unpaid") and _latest(subscription, invoice):
        change(tx, subscription, status="active")
    elif subscription["status"] == "paused" and invoice.get("_resumption"):
        resumed(tx, subscription)


def resumed(tx: Transaction, subscription: Thing) -> None:
    subscription |= {"status": "active", "status_details": None}
    tx.put(subscription)
    tx.tell("customer.subscription.resumed", subscription)
    tx.tell("customer.subscription.updated", subscription, {"status": "paused"})


def _latest(subscription: Thing, invoice: Thing) -> bool:
    return bool(subscription["latest_invoice"] == invoice["id"])


def overdue(tx: Transaction, invoice: Thing) -> None:
    """A sent invoice was not paid in time."""
    subscription = tx.find(invoice["_subscription"])
    if subscription is not None and subscription["status"] == "active":
        change(tx, subscription, status="past_due")


def failed(tx: Transaction, invoice: Thing) -> None:
    """An attempt failed; when no further one is planned, the account's setting decides how it ends."""
    subscription = tx.find(invoice["_subscription"])
    if subscription is None or subscription["status"] in (*OVER, "incomplete", "paused", "trialing"):
        return
    if subscription.get("_held") in (True, invoice["id"]):
        return
    if subscription["status"] != "unpaid":
        change(tx, subscription, status="past_due")
    if invoice["next_payment_attempt"] is not None or not invoice.get("_given_up"):
        return
    choice = tx.variants["dunning_end"]
    if choice == "cancel":
        if tx.variants["unpaid_invoice"] == "uncollectible":
            invoices.write_off(tx, invoice, "max_payment_attempts")
        end(tx, subscription, "payment_failed")
    elif choice == "unpaid":
        change(tx, subscription, status="unpaid")
