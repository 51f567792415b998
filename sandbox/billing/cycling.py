"""What time does to a subscription: trials end, periods turn, it ends, it goes on (STRIPE.md sections 8 and 12)."""

import copy

from sandbox.billing import beginning, collecting, invoices, periods, previewing, schedules, standing
from sandbox.paying.duties import duty
from sandbox.transaction import Thing, Transaction

_SLEEPING = (*standing.OVER, "incomplete", "paused")


@duty("renew_subscription")
def renew(tx: Transaction, subscription: Thing) -> None:
    """The current period is over; what a schedule makes of the next one comes first."""
    schedule = tx.find(subscription["schedule"])
    if schedule:
        schedules.turn(tx, schedule)
    if subscription["status"] in _SLEEPING or periods.first_due(subscription)["current_period_end"] != tx.now:
        return
    if subscription["cancel_at_period_end"] or _due(subscription["cancel_at"], tx.now):
        standing.end(tx, subscription, "cancellation_requested")
        return
    if subscription["status"] == "trialing" and not _ends_trial(tx, subscription):
        return
    _turn(tx, subscription)
    _bill(tx, subscription)
    beginning.schedule_renewal(tx, subscription)


def _due(moment: int | None, now: int) -> bool:
    return moment is not None and moment <= now


def _ends_trial(tx: Transaction, subscription: Thing) -> bool:
    """False when the subscription does not go on: canceled or paused for want of a card (section 8, Trial end)."""
    invoice = invoices.made(tx, tx.get(subscription["customer"]), subscription["currency"], "manual", subscription)
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if collecting.method_for(tx, invoice) is not None or behavior == "create_invoice":
        return True
    if behavior == "cancel":
        standing.end(tx, subscription, None)
    else:
        pause(tx, subscription, "trial_end_without_payment_method")
    return False


def pause(tx: Transaction, subscription: Thing, why: str) -> None:
    """No invoices and no new periods until it is resumed (section 12, paused)."""
    before = subscription["status"]
    subscription |= {"status": "paused", "status_details": _paused(tx.now, why)}
    tx.put(subscription)
    tx.tell("customer.subscription.paused", subscription)
    tx.tell("customer.subscription.updated", subscription, {"status": before})


def _paused(now: int, why: str) -> Thing:
    return {"paused": {"subscription": {"type": why}, "transitioned_at": now, "type": "subscription"}}


def _turn(tx: Transaction, subscription: Thing) -> None:
    """The next period begins for every item whose last one is over."""
    previous: Thing = {"items": copy.deepcopy(subscription["items"])}
    _set_period(subscription, tx.now, whole=False)
    if subscription["status"] == "trialing":
        previous["status"] = "trialing"
        subscription["status"] = "active"
    tx.put(subscription)
    tx.tell("customer.subscription.updated", subscription, previous)


def _set_period(subscription: Thing, now: int, *, whole: bool = True) -> None:
    for item in subscription["items"]["data"]:
        if not whole and item["current_period_end"] > now:
            continue
        start, end = periods.bounds(subscription["billing_cycle_anchor"], item["price"]["recurring"], now)
        item |= {"current_period_end": end, "current_period_start": start}


def _bill(tx: Transaction, subscription: Thing) -> None:
    """Draft the period's invoice; what becomes of it depends on pause_collection and on unpaid."""
    customer = tx.get(subscription["customer"])
    invoice = invoices.made(tx, customer, subscription["currency"], "subscription_cycle", subscription)
    paused = subscription["pause_collection"]
    stays_draft = subscription["status"] == "unpaid" or (paused and paused["behavior"] == "keep_as_draft")
    if stays_draft:
        invoice["auto_advance"] = False
    elif not paused:
        later = tx.now + invoices.DRAFT
        invoice |= {"automatically_finalizes_at": later, "next_payment_attempt": later}
    beginning.write(tx, subscription, invoice, [])
    if invoice["automatically_finalizes_at"]:
        tx.schedule(invoice["automatically_finalizes_at"], "finalize_invoice", invoice["id"])
    tx.tell("invoice.created", invoice)
    if paused and not stays_draft:
        invoices.finalize(tx, invoice)
        if paused["behavior"] == "void":
            invoices.void(tx, invoice)
        else:
            invoices.write_off(tx, invoice, "subscription_paused")


@duty("warn_of_trial_end")
def warn(tx: Transaction, subscription: Thing) -> None:
    if subscription["status"] == "trialing" and not subscription["cancel_at_period_end"]:
        tx.tell("customer.subscription.trial_will_end", subscription)


@duty("announce_renewal")
def announce(tx: Transaction, subscription: Thing) -> None:
    """invoice.upcoming, about an invoice that does not exist yet."""
    item = periods.first_due(subscription)
    expected = item["current_period_end"] - beginning.WARNING == tx.now
    if subscription["status"] in _SLEEPING or subscription["cancel_at_period_end"] or not expected:
        return
    tx.tell("invoice.upcoming", previewing.upcoming(tx, subscription["id"]))


@duty("cancel_subscription")
def cancel_at(tx: Transaction, subscription: Thing) -> None:
    """cancel_at names a moment within a period."""
    if subscription["status"] not in standing.OVER and _due(subscription["cancel_at"], tx.now):
        standing.end(tx, subscription, "cancellation_requested")


@duty("resume_collection")
def collect_again(tx: Transaction, subscription: Thing) -> None:
    paused = subscription["pause_collection"]
    if paused and _due(paused["resumes_at"], tx.now):
        standing.change(tx, subscription, pause_collection=None)


def resume(tx: Transaction, subscription: Thing, anchor_now: bool, needs_payment: bool) -> None:
    """A new period, whose invoice is finalized and tried at once (section 8, resume)."""
    if anchor_now or periods.first_due(subscription)["current_period_end"] <= tx.now:
        subscription["billing_cycle_anchor"] = tx.now
        _set_period(subscription, tx.now)
        customer = tx.get(subscription["customer"])
        invoice = invoices.made(tx, customer, subscription["currency"], "subscription_update", subscription)
        invoice["_resumption"] = needs_payment
        beginning.write(tx, subscription, invoice, [])
        beginning.schedule_renewal(tx, subscription)
        if not needs_payment:
            standing.resumed(tx, subscription)
        tx.tell("invoice.created", invoice)
        invoices.finalize(tx, invoice)
        collecting.collect(tx, invoice)
        if invoice["status"] == "open" and needs_payment:
            tx.schedule(tx.now + beginning.UNPAID_FOR, "drop_resumption", invoice["id"])
    else:
        standing.resumed(tx, subscription)


@duty("drop_resumption")
def drop_resumption(tx: Transaction, invoice: Thing) -> None:
    """Nobody paid to go on within 23 hours; it stays paused (section 8, resume)."""
    if invoice["status"] == "open":
        invoices.void(tx, invoice)
