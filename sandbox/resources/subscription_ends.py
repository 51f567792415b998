"""When a subscription shall end, and that it shall not after all (STRIPE.md sections 8 and 12, Cancel)."""

from typing import Any

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
    return int(subscription["items"]["data"][0]["current_period_end"])


def _moment(tx: Transaction, given: Any, subscription: Thing) -> int | None:
    """A timestamp, or one of the words for the end of what is running; all items turn at the same time here."""
    if given == "":
        return None
    if isinstance(given, str):
        return period_end(subscription)
    if given <= tx.now:
        raise invalid("The `cancel_at` timestamp must be in the future.", "cancel_at")
    return int(given)


def feedback(given: Thing | None) -> Thing:
    """What the buyer said on leaving."""
    return {name: value or None for name, value in (given or {}).items() if name in ("comment", "feedback")}
