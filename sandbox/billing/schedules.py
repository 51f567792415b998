"""Subscription schedules: what a subscription shall become when a period ends (STRIPE.md sections 9 and 12)."""

import copy
from typing import Any

from sandbox.billing import changing, standing
from sandbox.paying.duties import duty
from sandbox.transaction import Thing, Transaction

OPEN = ("active", "not_started")


def made(tx: Transaction, subscription: Thing, **fields: Any) -> Thing:
    """Put a subscription under a schedule whose only phase is its running period."""
    start, end = _period(subscription)
    invoicing = {"account_tax_ids": None, "custom_fields": None, "days_until_due": subscription["days_until_due"],
                 "description": None, "footer": None, "issuer": {"type": "self"}}  # fmt: skip
    schedule = tx.new("sub_sched", "subscription_schedule")
    schedule |= {
        "application": None,
        "billing_mode": subscription["billing_mode"],
        "canceled_at": None,
        "completed_at": None,
        "current_phase": {"end_date": end, "start_date": start},
        "customer": subscription["customer"],
        "customer_account": None,
        "default_settings": {
            "application_fee_percent": None,
            "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
            "billing_cycle_anchor": "automatic",
            "billing_thresholds": None,
            "collection_method": subscription["collection_method"],
            "default_payment_method": None,
            "description": None,
            "invoice_settings": invoicing,
            "on_behalf_of": None,
            "transfer_data": None,
        },
        "end_behavior": "release",
        "metadata": {},
        "pause_schedules": [],
        "phases": [phase([(one["price"], one["quantity"]) for one in subscription["items"]["data"]], start, end)],
        "released_at": None,
        "released_subscription": None,
        "status": "active",
        "subscription": subscription["id"],
        "test_clock": subscription["test_clock"],
        **fields,
    }
    tx.put(schedule)
    tx.schedule(end, "turn_phase", schedule["id"])
    tx.tell("subscription_schedule.created", schedule)
    standing.change(tx, subscription, schedule=schedule["id"])
    return schedule


def _period(subscription: Thing) -> tuple[int, int]:
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def phase(wanted: list[tuple[Thing, int]], start: int, end: int, proration: str = "create_prorations") -> Thing:
    """One phase of (price, quantity) pairs between two moments, Unix seconds."""
    items = [
        {"billing_thresholds": None, "discounts": [], "metadata": {}, "plan": price["id"], "price": price["id"],
         "quantity": quantity, "tax_rates": []}
        for price, quantity in wanted
    ]  # fmt: skip
    empty = ("application_fee_percent", "billing_cycle_anchor", "billing_thresholds", "collection_method",
             "default_payment_method", "description", "invoice_settings", "on_behalf_of", "transfer_data",
             "trial_end")  # fmt: skip
    return dict.fromkeys(empty) | {
        "add_invoice_items": [],
        "currency": wanted[0][0]["currency"],
        "default_tax_rates": [],
        "discounts": [],
        "end_date": end,
        "items": items,
        "metadata": {},
        "proration_behavior": proration,
        "start_date": start,
    }


def rewrite(tx: Transaction, schedule: Thing, phases: list[Thing]) -> None:
    """Give a schedule other phases, and tell what they were."""
    before = {"phases": copy.deepcopy(schedule["phases"])}
    schedule["phases"] = phases
    now = next(one for one in phases if one["start_date"] == schedule["current_phase"]["start_date"])
    schedule["current_phase"] = {"end_date": now["end_date"], "start_date": now["start_date"]}
    tx.put(schedule)
    tx.schedule(now["end_date"], "turn_phase", schedule["id"])
    tx.tell("subscription_schedule.updated", schedule, before)


def at_period_end(tx: Transaction, subscription: Thing, wanted: list[tuple[Thing, int]], end: int) -> None:
    """Let the running period end as it is; then these prices and quantities, for one period that ends at `end`."""
    schedule = tx.find(subscription["schedule"]) or made(tx, subscription)
    running = schedule["phases"][0]
    rewrite(tx, schedule, [running, phase(wanted, running["end_date"], end)])


@duty("turn_phase")
def turn(tx: Transaction, schedule: Thing) -> None:
    """The running phase is over: the next one begins, or the schedule ends as it says."""
    subscription = tx.get(schedule["subscription"]) if schedule["subscription"] else None
    due = schedule["status"] == "active" and schedule["current_phase"]["end_date"] == tx.now
    if not due or subscription is None or subscription["status"] in standing.OVER:
        return
    coming = next((one for one in schedule["phases"] if one["start_date"] == tx.now), None)
    if coming is None:
        _ended(tx, schedule, subscription)
        return
    before = {"current_phase": dict(schedule["current_phase"])}
    schedule["current_phase"] = {"end_date": coming["end_date"], "start_date": coming["start_date"]}
    tx.put(schedule)
    tx.schedule(coming["end_date"], "turn_phase", schedule["id"])
    tx.tell("subscription_schedule.updated", schedule, before)
    _become(tx, subscription, coming)


def _become(tx: Transaction, subscription: Thing, coming: Thing) -> None:
    """Replace the items; where the period ends in this moment there is nothing to credit."""
    items = subscription["items"]["data"]
    wanted: list[changing.Wanted] = []
    for place, one in enumerate(coming["items"]):
        wanted.append((items[place] if place < len(items) else None, tx.get(one["price"]), one["quantity"]))
    wanted += [(item, item["price"], 0) for item in items[len(coming["items"]) :]]
    over = _period(subscription)[1] == tx.now
    changing.change(tx, subscription, wanted, "none" if over else coming["proration_behavior"], anchor_now=False)


def _ended(tx: Transaction, schedule: Thing, subscription: Thing) -> None:
    if schedule["end_behavior"] == "cancel":
        _close(tx, schedule, subscription, "completed", completed_at=tx.now)
        standing.end(tx, subscription, None)
    else:
        release(tx, schedule)


def release(tx: Transaction, schedule: Thing) -> None:
    """The subscription goes on by itself."""
    subscription = tx.get(schedule["subscription"])
    moments: Thing = {"released_at": tx.now, "released_subscription": subscription["id"], "subscription": None}
    _close(tx, schedule, subscription, "released", **moments)


def cancel(tx: Transaction, schedule: Thing) -> None:
    """The subscription ends with its schedule."""
    subscription = tx.get(schedule["subscription"])
    _close(tx, schedule, subscription, "canceled", canceled_at=tx.now)
    standing.end(tx, subscription, "cancellation_requested")


def _close(tx: Transaction, schedule: Thing, held: Thing, status: str, **fields: Any) -> None:
    schedule |= {"current_phase": None, "status": status, **fields}
    tx.put(schedule)
    tx.tell(f"subscription_schedule.{status}", schedule)
    standing.change(tx, held, schedule=None)
