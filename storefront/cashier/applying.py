"""Applying events: find what an event is about, settle that, and say in plain words what came of it."""

import json
import logging

from sqlalchemy.exc import InterfaceError, OperationalError

from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.handlers import handler_of
from storefront.cashier.outcome import Outcome
from storefront.cashier.settling import NotYetError
from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent
from storefront.privacy.remains import strip_if_erased
from storefront.work import claim

log = logging.getLogger(__name__)

NOT_ACTED_ON = "The shop does not act on this kind of event."


def apply_one(till: Till) -> bool:
    """The event that has waited longest. Returns whether there was one."""
    with till.sessions.begin() as session:
        event = claim(session, StripeEvent, till.worker, StripeEvent.state == EventState.RECEIVED)
    if event is None:
        return False
    try:
        _apply(till, event)
    except GatewayError as error:
        _no_reading(till, event, error)
    except (NotYetError, OperationalError, InterfaceError) as error:
        _not_now(till, event, str(error))
    except Exception as error:  # a fault of ours must park this event and let the others flow
        log.exception("event %s cannot be applied", event.event_id)
        _failed(till, event, f"{type(error).__name__}: {error}")
    return True


def _apply(till: Till, event: StripeEvent) -> None:
    body = json.loads(event.body)
    handler = handler_of(body)
    outcome = handler(till, event, body) if handler else Outcome(EventState.IGNORED, NOT_ACTED_ON)
    if outcome is not None:
        _close(till, event, outcome)


def _close(till: Till, event: StripeEvent, outcome: Outcome) -> None:
    with till.sessions.begin() as session:
        session.add(event)
        event.payment_id = outcome.payment_id or event.payment_id
        event.close(outcome.state, outcome.words)
        strip_if_erased(session, event)


def _no_reading(till: Till, event: StripeEvent, error: GatewayError) -> None:
    if error.trouble == Trouble.MISSING:
        _close(till, event, Outcome(EventState.IGNORED, f"Stripe no longer has what this event is about: {error}"))
    elif error.trouble in (Trouble.REFUSED, Trouble.CONFLICT):
        _failed(till, event, str(error))
    else:
        _not_now(till, event, str(error))


def _not_now(till: Till, event: StripeEvent, why: str) -> None:
    with till.sessions.begin() as session:
        fresh = session.get_one(StripeEvent, event.id, with_for_update=True)
        if fresh.state == EventState.RECEIVED and not fresh.unreachable(why):
            fresh.state = EventState.FAILED


def _failed(till: Till, event: StripeEvent, why: str) -> None:
    with till.sessions.begin() as session:
        fresh = session.get_one(StripeEvent, event.id, with_for_update=True)
        if fresh.state == EventState.RECEIVED and not fresh.failed_once(why):
            fresh.state = EventState.FAILED
