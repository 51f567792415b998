"""Subscription schedules: what a subscription shall become when a period ends (STRIPE.md sections 9 and 12)."""

import copy
from typing import Any

from sandbox.billing import beginning, changing, standing
from sandbox.paying.duties import duty
from sandbox.transaction import Thing, Transaction

OPEN = ("active", "not_started")
WARNING = 7 * 86400
"""subscription_schedule.expiring comes so many seconds before the end of the last phase (the SDK's events)."""


def made(tx: Transaction, subscription: Thing, **fields: Any) -> Thing:
    """Put a subscription under a schedule whose only phase is its running period."""
    start, end = _period(subscription)
    pairs = [(one["price"], one["quantity"]) for one in subscription["items"]["data"]]
    schedule = _blank(tx, subscription, [phase(pairs, start, end)]) | {
        "current_phase": {"end_date": end, "start_date": start},
        "status": "active",
        "subscription": subscription["id"],
        **fields,
    }
    tx.put(schedule)
    tx.schedule(end, "turn_phase", schedule["id"])
    _watch_end(tx, schedule)
    tx.tell("subscription_schedule.created", schedule)
    standing.change(tx, subscription, schedule=schedule["id"])
    return schedule


def planned(tx: Transaction, customer: Thing, phases: list[Thing], **fields: Any) -> Thing:
    """A schedule whose subscription begins later, with its first phase."""
    pairs = [(tx.get(one["price"]), one["quantity"]) for one in phases[0]["items"]]
    schedule = tx.put(_blank(tx, beginning.made(tx, customer, pairs, None), phases) | fields)
    tx.schedule(phases[0]["start_date"], "begin_schedule", schedule["id"])
    _watch_end(tx, schedule)
    tx.tell("subscription_schedule.created", schedule)
    return schedule


def _blank(tx: Transaction, like: Thing, phases: list[Thing]) -> Thing:
    """A schedule that has not started, with the settings of this subscription."""
    invoicing = {"account_tax_ids": None, "custom_fields": None, "days_until_due": like["days_until_due"],
                 "description": None, "footer": None, "issuer": {"type": "self"}}  # fmt: skip
    return tx.new("sub_sched", "subscription_schedule") | {
        "application": None,
        "billing_mode": like["billing_mode"],
        "canceled_at": None,
        "completed_at": None,
        "current_phase": None,
        "customer": like["customer"],
        "customer_account": None,
        "default_settings": {
            "application_fee_percent": None,
            "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
            "billing_cycle_anchor": "automatic",
            "billing_thresholds": None,
            "collection_method": like["collection_method"],
            "default_payment_method": None,
            "description": None,
            "invoice_settings": invoicing,
            "on_behalf_of": None,
            "transfer_data": None,
        },
        "end_behavior": "release",
        "metadata": {},
        "pause_schedules": [],
        "phases": phases,
        "released_at": None,
        "released_subscription": None,
        "status": "not_started",
        "subscription": None,
        "test_clock": like["test_clock"],
    }


def _watch_end(tx: Transaction, schedule: Thing) -> None:
    warn_at = schedule["phases"][-1]["end_date"] - WARNING
    if warn_at > tx.now:
        tx.schedule(warn_at, "warn_of_schedule_end", schedule["id"])


@duty("warn_of_schedule_end")
def warn(tx: Transaction, schedule: Thing) -> None:
    if schedule["status"] in OPEN and schedule["phases"][-1]["end_date"] - WARNING == tx.now:
        tx.tell("subscription_schedule.expiring", schedule)


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
    _watch_end(tx, schedule)
    if schedule["status"] == "not_started":
        tx.put(schedule)
        tx.schedule(phases[0]["start_date"], "begin_schedule", schedule["id"])
        tx.tell("subscription_schedule.updated", schedule, before)
        return
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


@duty("begin_schedule")
def begin(tx: Transaction, schedule: Thing) -> None:
    """The day has come: the subscription begins with its first phase, or not at all where its customer is gone."""
    first = schedule["phases"][0]
    if schedule["status"] != "not_started" or first["start_date"] != tx.now:
        return
    customer = tx.find(schedule["customer"])
    if customer is None:
        _close(tx, schedule, None, "canceled", canceled_at=tx.now)
        return
    pairs = [(tx.get(one["price"]), one["quantity"]) for one in first["items"]]
    subscription = beginning.made(tx, customer, pairs, None, schedule=schedule["id"])
    before = {name: schedule[name] for name in ("current_phase", "status", "subscription")}
    phase_now = {"end_date": first["end_date"], "start_date": first["start_date"]}
    schedule |= {"current_phase": phase_now, "status": "active", "subscription": subscription["id"]}
    tx.put(schedule)
    tx.schedule(first["end_date"], "turn_phase", schedule["id"])
    beginning.start(tx, subscription, collects=True, off_session=True)
    tx.tell("subscription_schedule.updated", schedule, before)


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
    subscription = tx.find(schedule["subscription"])
    moments: Thing = {"released_at": tx.now, "released_subscription": schedule["subscription"], "subscription": None}
    _close(tx, schedule, subscription, "released", **moments)


def cancel(tx: Transaction, schedule: Thing) -> None:
    """The subscription ends with its schedule, if it has begun."""
    subscription = tx.find(schedule["subscription"])
    _close(tx, schedule, subscription, "canceled", canceled_at=tx.now)
    if subscription:
        standing.end(tx, subscription, "cancellation_requested")


def _close(tx: Transaction, schedule: Thing, held: Thing | None, status: str, **fields: Any) -> None:
    schedule |= {"current_phase": None, "status": status, **fields}
    tx.put(schedule)
    tx.tell(f"subscription_schedule.{status}", schedule)
    if held:
        standing.change(tx, held, schedule=None)
