"""Subscription schedules by API: phases of a subscription that runs, begins now or begins later (STRIPE.md section 12, Plan change)."""

from typing import Any

from sandbox import rules
from sandbox.billing import beginning, periods, schedules, standing
from sandbox.errors import StripeError, exclusive, invalid, missing, refused
from sandbox.resources import subscription_terms
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

MOST_PHASES = 10
_OF_A_PHASE = frozenset(("duration", "end_date", "items", "proration_behavior", "start_date"))
_NOT_YET = ("billing_mode", "customer_account", "default_settings", "pause_schedules", "proration_behavior")


@route("POST", "/v1/subscription_schedules", "SubscriptionScheduleCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    _check(params)
    if "from_subscription" in params:
        for name in ("customer", "phases", "start_date", "end_behavior"):
            if name in params:
                raise exclusive("from_subscription", name)
        subscription = tx.require("subscription", params["from_subscription"], "from_subscription")
        tx.stand_on(subscription)
        if subscription["schedule"] or subscription["status"] in standing.OVER:
            message = f"You cannot migrate subscription {subscription['id']}: it has a schedule, or it has ended."
            raise refused(message, "from_subscription")
        return schedules.made(tx, subscription, metadata=rules.merged_metadata({}, params.get("metadata")))
    return _begun(tx, params)


def _check(params: Thing) -> None:
    for name in _NOT_YET:
        if name in params:
            raise invalid(f"The sandbox does not offer {name} on subscription schedules.", name)
    if params.get("end_behavior") in ("none", "renew"):
        raise invalid("The sandbox releases or cancels at the end of a schedule.", "end_behavior")
    if len(params.get("phases") or []) > MOST_PHASES:
        raise invalid(f"You may only specify up to {MOST_PHASES} phases.", "phases")


def _begun(tx: Transaction, params: Thing) -> Thing:
    """A subscription that begins now or later, under its schedule."""
    for name in ("customer", "phases", "start_date"):
        if not params.get(name):
            raise missing(name)
    customer = tx.require("customer", params["customer"], "customer")
    start = tx.now if params["start_date"] == "now" else int(params["start_date"])
    if start < tx.now:
        raise invalid("The sandbox begins schedules now or later.", "start_date")
    fields = {"end_behavior": params.get("end_behavior", "release")}
    if start > tx.now:
        metadata = rules.merged_metadata({}, params.get("metadata"))
        return schedules.planned(tx, customer, _phases(tx, params["phases"], start), metadata=metadata, **fields)
    wanted = subscription_terms.wanted(tx, params["phases"][0].get("items") or [], "phases[0][items]")
    subscription = beginning.made(tx, customer, wanted, None)
    subscription_terms.require_method(tx, subscription, customer)
    beginning.start(tx, subscription, collects=True, off_session=True)
    schedule = schedules.made(tx, subscription, metadata=rules.merged_metadata({}, params.get("metadata")), **fields)
    schedules.rewrite(tx, schedule, _phases(tx, params["phases"], start))
    return schedule


def _phases(tx: Transaction, given: list[Any], start: int) -> list[Thing]:
    """The phases one after the other; each says when it ends, or how long it lasts."""
    made = []
    for place, one in enumerate(given):
        within = f"phases[{place}]"
        for name in one.keys() - _OF_A_PHASE:
            raise invalid(f"The sandbox does not offer {within}[{name}].", f"{within}[{name}]")
        if one.get("start_date") not in (None, start, "now"):
            raise invalid("Phases must follow each other without a gap.", f"{within}[start_date]")
        wanted = subscription_terms.wanted(tx, one.get("items") or [], f"{within}[items]")
        if not wanted:
            raise missing(f"{within}[items]")
        end = _end(one, start, within, last=place == len(given) - 1, recurring=wanted[0][0]["recurring"])
        made.append(schedules.phase(wanted, start, end, one.get("proration_behavior", "create_prorations")))
        start = end
    return made


def _end(given: Thing, start: int, within: str, *, last: bool, recurring: Thing) -> int:
    if "end_date" in given and "duration" in given:
        raise exclusive(f"{within}[end_date]", f"{within}[duration]")
    if "duration" in given:
        length = {"interval_count": 1, **given["duration"]}
        return periods.boundary(start, length, 1)
    if "end_date" in given:
        if int(given["end_date"]) <= start:
            raise invalid("A phase must end after it has started.", f"{within}[end_date]")
        return int(given["end_date"])
    if not last:
        raise missing(f"{within}[end_date]")
    return periods.boundary(start, recurring, 1)


@route("POST", "/v1/subscription_schedules/<id>", "SubscriptionScheduleUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    schedule = _open(call, "update")
    _check(params)
    schedule["metadata"] = rules.merged_metadata(schedule["metadata"], params.get("metadata"))
    schedule["end_behavior"] = params.get("end_behavior", schedule["end_behavior"])
    tx.put(schedule)
    if "phases" in params:
        schedules.rewrite(tx, schedule, _phases(tx, params["phases"], _first(tx, schedule, params["phases"][0])))
    return schedule


def _first(tx: Transaction, schedule: Thing, given: Thing) -> int:
    """When the first of the new phases begins: with the running one, or on a day that is still ahead."""
    begins = (schedule["current_phase"] or schedule["phases"][0])["start_date"]
    asked = given.get("start_date", begins)
    if schedule["status"] == "not_started" and asked != "now" and int(asked) > tx.now:
        return int(asked)
    if schedule["status"] == "not_started":
        raise invalid("The sandbox begins a schedule that waits on a later day.", "phases[0][start_date]")
    if asked not in (begins, "now"):
        raise invalid("The first phase must be the one that runs now.", "phases[0][start_date]")
    return int(begins)


def _open(call: Call, doing: str) -> Thing:
    schedule = call.tx.require("subscription_schedule", call.ids["id"], noun="subscription schedule")
    if schedule["status"] not in schedules.OPEN:
        message = (
            f"You cannot {doing} a subscription schedule that is currently in the `{schedule['status']}` status. It must "
            "be in the `not_started` or `active` status."
        )
        raise StripeError(400, "invalid_request_error", message)
    return schedule


@route("POST", "/v1/subscription_schedules/<id>/release", "SubscriptionScheduleReleaseParams")
def release(call: Call) -> Thing:
    schedule = _open(call, "release")
    schedules.release(call.tx, schedule)
    return schedule


@route("POST", "/v1/subscription_schedules/<id>/cancel", "SubscriptionScheduleCancelParams")
def cancel(call: Call) -> Thing:
    """Its subscription ends at once, without a last invoice."""
    for name in ("invoice_now", "prorate"):
        if call.params.get(name):
            raise invalid(f"The sandbox does not offer {name} here; cancel the subscription instead.", name)
    schedule = _open(call, "cancel")
    schedules.cancel(call.tx, schedule)
    return schedule


@route("GET", "/v1/subscription_schedules/<id>", "SubscriptionScheduleRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("subscription_schedule", call.ids["id"], noun="subscription schedule")


@route("GET", "/v1/subscription_schedules", "SubscriptionScheduleListParams")
def listing(call: Call) -> Thing:
    return listed(call, "subscription_schedule", "customer")
