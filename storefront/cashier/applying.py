"""Applying events: find what an event is about, settle that, and say in plain words what came of it."""

import json
import logging
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from storefront.cashier import subjects
from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.refunds_settling import settle_refunds_of
from storefront.cashier.settling import NotYetError, settle
from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent
from storefront.work import claim

Json = dict[str, Any]
log = logging.getLogger(__name__)

NOT_ACTED_ON = "The shop does not act on this kind of event."
STRANGER = "About a payment that this shop did not ask for."


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
    if not subjects.concerns_a_payment(body):
        _close(till, event, EventState.IGNORED, NOT_ACTED_ON)
        return
    payment_id = _payment_id(till, body)
    if payment_id is not None:
        if subjects.concerns_refunds(body):
            verdict = settle_refunds_of(till, payment_id, subjects.refund_id(body), event.event_id)
            _close(till, event, EventState.APPLIED, verdict, payment_id)
            return
        _remember(till, event, payment_id)
        settle(till, payment_id)
    elif subjects.claims_to_be_ours(body, till.settings.store_id):
        raise NotYetError("no payment of this store has the reference that the event carries")
    else:
        _close(till, event, EventState.IGNORED, STRANGER)


def _payment_id(till: Till, body: Json) -> int | None:
    store_id = till.settings.store_id
    with till.sessions() as session:
        payment = subjects.payment_known(session, body, store_id)
    if payment is None:
        found = subjects.session_of_intent(till, body)
        if found is not None:
            with till.sessions() as session:
                payment = subjects.payment_known(session, {"data": {"object": found}}, store_id)
    return payment.id if payment else None


def _remember(till: Till, event: StripeEvent, payment_id: int) -> None:
    with till.sessions.begin() as session:
        session.add(event)
        event.payment_id = payment_id


def _close(till: Till, event: StripeEvent, state: EventState, verdict: str, payment_id: int | None = None) -> None:
    with till.sessions.begin() as session:
        session.add(event)
        event.payment_id = payment_id or event.payment_id
        event.close(state, verdict)


def _no_reading(till: Till, event: StripeEvent, error: GatewayError) -> None:
    if error.trouble == Trouble.MISSING:
        _close(till, event, EventState.IGNORED, f"Stripe no longer has what this event is about: {error}")
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
