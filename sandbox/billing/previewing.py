"""Invoices that do not exist yet: what the next renewal will cost, told and asked for (STRIPE.md sections 8 and 12)."""

import copy

from sandbox import ids
from sandbox.billing import beginning, invoices, periods
from sandbox.transaction import Thing, Transaction


def upcoming(tx: Transaction, subscription_id: str) -> Thing:
    """The invoice that the end of the current period will bring; nothing of it is written."""
    with tx.trying():
        subscription = tx.get(subscription_id)
        tx.now = periods.first_due(subscription)["current_period_end"]
        for item in subscription["items"]["data"]:
            if item["current_period_end"] > tx.now:
                continue
            start, end = periods.bounds(subscription["billing_cycle_anchor"], item["price"]["recurring"], tx.now)
            item |= {"current_period_end": end, "current_period_start": start}
        subscription["status"] = "active"
        customer = tx.get(subscription["customer"])
        invoice = invoices.made(tx, customer, subscription["currency"], "upcoming", subscription)
        beginning.write(tx, subscription, invoice, [])
        return unwritten(tx, invoice)


def unwritten(tx: Transaction, invoice: Thing) -> Thing:
    """A copy of a draft under an id that leads nowhere."""
    shown = copy.deepcopy(invoice)
    shown |= {"billing_reason": "upcoming", "id": ids.new_id("upcoming_in")}
    if invoice["collection_method"] == "charge_automatically":
        shown["next_payment_attempt"] = tx.now + invoices.DRAFT
    shown["lines"]["url"] = f"/v1/invoices/{shown['id']}/lines"
    for line in shown["lines"]["data"]:
        line |= {"id": "il_tmp_" + line["id"].removeprefix("il_"), "invoice": shown["id"]}
    return shown
