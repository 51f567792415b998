"""Updates that wait until they are paid for: payment_behavior=pending_if_incomplete (STRIPE.md section 8, Create)."""

import copy
from collections.abc import Callable

from sandbox.billing import invoices, periods, standing
from sandbox.errors import invalid
from sandbox.paying.duties import duty
from sandbox.transaction import Thing, Transaction

WAITS = 23 * 3600
# Stripe's list, docs billing/subscriptions/pending-updates-reference; metadata since 2026-05-27.
_ALLOWED = frozenset(
    ("add_invoice_items", "billing_cycle_anchor", "items", "metadata", "off_session", "payment_behavior",
     "proration_behavior", "proration_date")
)  # fmt: skip
Change = Callable[[Thing], None]


def check(subscription: Thing, params: Thing) -> None:
    """Raise Stripe's 400 for what cannot wait."""
    other = sorted(set(params) - _ALLOWED)
    if other:
        message = f"The following parameters cannot be used with `payment_behavior=pending_if_incomplete`: {', '.join(other)}."
        raise invalid(message, other[0])
    if subscription["collection_method"] == "send_invoice":
        message = "`pending_if_incomplete` cannot be used when `collection_method` is `send_invoice`."
        raise invalid(message, "payment_behavior")


def fails(tx: Transaction, subscription: Thing, change: Change) -> bool:
    """Whether the change would leave an unpaid invoice; nothing of it is written."""
    with tx.trying():
        tried = tx.get(subscription["id"])
        before = tried["latest_invoice"]
        change(tried)
        invoice = tx.find(tried["latest_invoice"])
        return invoice is not None and invoice["id"] != before and invoice["status"] == "open"


def hold(tx: Transaction, subscription: Thing, change: Change) -> None:
    """Bill the change, but let the subscription go on as it was until the invoice is paid."""
    old = {name: copy.deepcopy(subscription[name]) for name in ("billing_cycle_anchor", "items", "latest_invoice")}
    subscription["_held"] = True
    change(subscription)
    items, anchor = subscription["items"]["data"], subscription["billing_cycle_anchor"]
    subscription |= {name: old[name] for name in ("billing_cycle_anchor", "items")}
    expires = min(tx.now + WAITS, periods.first_due(subscription)["current_period_end"])
    update = dict.fromkeys(("discount", "discounts", "metadata", "trial_end", "trial_from_plan"))
    subscription |= {
        "pending_update": update
        | {
            "billing_cycle_anchor": anchor if anchor != old["billing_cycle_anchor"] else None,
            "expires_at": expires,
            "subscription_items": items,
        },
        "_held": subscription["latest_invoice"],
    }
    tx.put(subscription)
    previous = {"latest_invoice": old["latest_invoice"], "pending_update": None}
    tx.tell("customer.subscription.updated", subscription, previous)
    tx.schedule(expires, "expire_update", subscription["id"])


def of(tx: Transaction, invoice: Thing) -> Thing | None:
    """The subscription whose update waits for this invoice."""
    subscription = tx.find(invoice["_subscription"])
    return subscription if subscription and subscription.get("_held") in (True, invoice["id"]) else None


def paid(tx: Transaction, invoice: Thing) -> None:
    """Its invoice is paid: the update happens."""
    subscription = of(tx, invoice)
    if subscription is None or not subscription["pending_update"]:
        return
    update = subscription["pending_update"]
    fields = {"items": subscription["items"] | {"data": update["subscription_items"]}, "pending_update": None}
    if update["billing_cycle_anchor"]:
        fields["billing_cycle_anchor"] = update["billing_cycle_anchor"]
    if update["metadata"]:
        fields["metadata"] = subscription["metadata"] | update["metadata"]
    subscription["_held"] = None
    standing.change(tx, subscription, **fields)
    tx.tell("customer.subscription.pending_update_applied", subscription)


def drop(tx: Transaction, subscription: Thing) -> None:
    """Forget the update; its invoice is void."""
    invoice = tx.find(subscription["_held"])
    subscription["_held"] = None
    standing.change(tx, subscription, pending_update=None)
    if invoice and invoice["status"] == "open":
        invoices.void(tx, invoice)


@duty("expire_update")
def expire(tx: Transaction, subscription: Thing) -> None:
    update = subscription["pending_update"]
    if update and update["expires_at"] == tx.now and subscription["status"] not in standing.OVER:
        drop(tx, subscription)
        tx.tell("customer.subscription.pending_update_expired", subscription)
