"""When a subscription shall end, and that it shall not after all (STRIPE.md sections 8 and 12, Cancel)."""

from typing import Any

from sandbox.billing import periods
from sandbox.errors import invalid
from sandbox.transaction import Thing, Transaction


def ends(tx: Transaction, params: Thing, subscription: Thing) -> Thing:
    """The fields that cancel_at, cancel_at_period_end and cancellation_details change."""
    made: Thing = {}
    if "cancel_at" in params:
        at = _moment(tx, params["cancel_at"], subscription)
        made = _leaves(tx, at, at_period_end=False)
    if "cancel_at_period_end" in params and (params["cancel_at_period_end"] or "cancel_at" not in params):
        leaving = params["cancel_at_period_end"]
        made = _leaves(tx, period_end(subscription) if leaving else None, at_period_end=leaving)
    details = dict(subscription["cancellation_details"])
    if made:
        details["reason"] = "cancellation_requested" if made["cancel_at"] else None
    if "cancellation_details" in params:
        details |= feedback(params["cancellation_details"])
    return made | ({"cancellation_details": details} if details != subscription["cancellation_details"] else {})


def _leaves(tx: Transaction, at: int | None, *, at_period_end: bool) -> Thing:
    return {"cancel_at": at, "cancel_at_period_end": at_period_end, "canceled_at": tx.now if at else None}


def period_end(subscription: Thing) -> int:
    """When the first of its items turns, Unix seconds."""
    return int(periods.first_due(subscription)["current_period_end"])


def _moment(tx: Transaction, given: Any, subscription: Thing) -> int | None:
    """A timestamp, or one of the words for the end of the first or of the last period that is running."""
    if given == "":
        return None
    if given == "min_period_end":
        return period_end(subscription)
    if isinstance(given, str):
        return max(int(item["current_period_end"]) for item in subscription["items"]["data"])
    if given <= tx.now:
        raise invalid("The `cancel_at` timestamp must be in the future.", "cancel_at")
    return int(given)


def feedback(given: Thing | None) -> Thing:
    """What the buyer said on leaving."""
    return {name: value or None for name, value in (given or {}).items() if name in ("comment", "feedback")}
