"""Asking: a merchant wants something done with a subscription. Nothing changes here before Stripe has done it."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.payments.command import StripeCommand, Verb, command
from storefront.subscriptions.agreeing import WORDS
from storefront.subscriptions.request import Deed, RequestState, SubscriptionRequest, request_with, waiting_request
from storefront.subscriptions.subscription import Status, Subscription
from storefront.subscriptions.timeline import tell

Json = dict[str, Any]
_RUNNING = (Status.ACTIVE, Status.TRIALING, Status.PAST_DUE, Status.UNPAID)
PAUSED = {"pause_collection": {"behavior": "void"}}
"""Its invoices are made and voided, so that nothing is owed for the time of the pause."""


class NotPossibleError(Exception):
    """It cannot be done with the subscription as it stands; the message is a sentence."""


def possible(row: Subscription) -> list[Deed]:
    """What can be asked for now."""
    if row.over or row.gone:
        return []
    running = row.status in _RUNNING
    offered = {
        Deed.PAUSE: running and not row.paused,
        Deed.RESUME: row.paused,
        Deed.STAY: row.ends_at is not None,
        Deed.END_LATER: running and row.ends_at is None,
        Deed.END_NOW: True,
    }
    return [deed for deed, can in offered.items() if can]


def ask(session: Session, row: Subscription, deed: Deed, by: str, note: str = "") -> SubscriptionRequest:
    """Ask for it; the row is locked by the caller. Raises NotPossibleError. Pressed twice, the second press meets the first."""
    waiting = waiting_request(session, row.id)
    if waiting is not None and waiting.deed == deed:
        return waiting
    if waiting is not None:
        raise NotPossibleError(f"Stripe has not answered yet to the wish to {WORDS[Deed(waiting.deed)]}.")
    if deed not in possible(row):
        raise NotPossibleError(f"It is not possible to {WORDS[deed]} as it stands now. Perhaps somebody was faster.")
    request = SubscriptionRequest(subscription_id=row.id, deed=deed, by=by, note=note)
    session.add(request)
    session.flush()
    verb, change = _asked_of_stripe(row, deed)
    command(
        session, verb, request.reference, {"subscription": row.stripe_id, "deed": str(deed), "change": change}, None
    )
    why = f" {note}" if note else ""
    tell(session, row.id, f"asked:{request.reference}", f"Asked to {WORDS[deed]}.{why}", by)
    return request


def _asked_of_stripe(row: Subscription, deed: Deed) -> tuple[Verb, Json]:
    if deed == Deed.END_NOW:
        return Verb.CANCEL_SUBSCRIPTION, {}
    if deed == Deed.END_LATER:
        return Verb.UPDATE_SUBSCRIPTION, {"cancel_at_period_end": True}
    if deed == Deed.STAY:
        by_flag: Json = {"cancel_at_period_end": False}
        return Verb.UPDATE_SUBSCRIPTION, by_flag if row.cancel_at_period_end else {"cancel_at": ""}
    if deed == Deed.PAUSE:
        return Verb.UPDATE_SUBSCRIPTION, PAUSED
    if row.status == Status.PAUSED:
        return Verb.RESUME_SUBSCRIPTION, {}
    return Verb.UPDATE_SUBSCRIPTION, {"pause_collection": ""}


def answered(session: Session, asked: StripeCommand, trouble: str = "") -> None:
    """Stripe has answered; the subscription is read at once, and what is read counts."""
    request = request_with(session, asked.reference)
    row = session.get_one(Subscription, request.subscription_id)
    row.due_now()
    if not trouble:
        request.state = RequestState.DONE
        return
    request.state, request.trouble = RequestState.REFUSED, trouble
    said = f"Stripe refused to {WORDS[Deed(request.deed)]}: {trouble}"
    tell(session, row.id, f"refused:{request.reference}", said)
    row.attention = said


def look_into(session: Session, row: Subscription, by: str) -> None:
    """Somebody looked into what was wrong with it."""
    tell(session, row.id, f"resolved:{now():%Y%m%d%H%M%S%f}", f"Looked into: {row.attention}", by)
    row.attention = ""
