"""Finding what names a person in its text: events from Stripe, and commands to it that are about no payment."""

import json

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storefront.inbox.event import StripeEvent
from storefront.payments.command import StripeCommand
from storefront.privacy.held import Found
from storefront.privacy.person import Person, person_with
from storefront.privacy.remains import ids_in

AT_ONCE = 200


def find(session: Session, email: str, known: Found | None = None) -> Found:
    """Everything about the person. Reads the text of every event; with what was `known` a moment ago only of newer ones,
    so that nobody who wants to write must wait long.
    """
    person = person_with(session, email)
    newest = session.scalar(select(func.max(StripeEvent.id))) or 0
    if known is None or not person.stripe_ids <= known.person.stripe_ids:
        return Found(person, _events(session, person, 0), _commands(session, person), newest)
    events = known.events | _events(session, person, known.looked_to)
    return Found(person, events, _commands(session, person), newest)


def _events(session: Session, person: Person, after: int) -> frozenset[int]:
    direct = or_(StripeEvent.payment_id.in_(person.payments), StripeEvent.object_id.in_(person.stripe_ids))
    found = set(session.scalars(select(StripeEvent.id).where(direct)))
    texts = select(StripeEvent.id, StripeEvent.body).where(StripeEvent.id > after)
    for event_id, body in session.execute(texts.execution_options(yield_per=AT_ONCE)):
        if event_id not in found and _names(person, body):
            found.add(event_id)
    return frozenset(found)


def _commands(session: Session, person: Person) -> frozenset[int]:
    found = set(session.scalars(select(StripeCommand.id).where(StripeCommand.payment_id.in_(person.payments))))
    free = select(StripeCommand.id, StripeCommand.parameters, StripeCommand.response)
    free = free.where(StripeCommand.payment_id.is_(None)).execution_options(yield_per=AT_ONCE)
    for command_id, parameters, response in session.execute(free):
        if _names(person, json.dumps([parameters, response], ensure_ascii=False)):
            found.add(command_id)
    return frozenset(found)


def _names(person: Person, text: str) -> bool:
    return person.email in text.lower() or not person.stripe_ids.isdisjoint(ids_in(text))
