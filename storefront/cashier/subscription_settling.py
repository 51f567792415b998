"""Settling subscriptions: a ticket, one read of Stripe outside any transaction, one short transaction that applies it.

Events of subscriptions, invoices and customers, sweeps and the return from the portal all do the same: the subscription
is read with its invoices, and our rows are made to agree with it.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.listing import ours, pages
from storefront.cashier.reading import intent_of
from storefront.cashier.subscription_reading import invoice_facts, paid_intents, subscription_facts
from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent
from storefront.privacy.remains import strip_if_erased
from storefront.subscriptions import settlement
from storefront.subscriptions.facts import InvoiceFacts, SubscriptionFacts
from storefront.subscriptions.invoice import Invoice, InvoiceStatus, unsettled_since
from storefront.subscriptions.subscription import Subscription, lock_subscription, subscription_with, take_ticket
from storefront.work import claim, tending

Json = dict[str, Any]
STRANGER = "About a subscription that this shop did not sell."
OUTRUN = "A later look at Stripe has already been applied; nothing to do."
log = logging.getLogger(__name__)


def settle_subscription_one(till: Till) -> bool:
    """The subscription that has been due for a look longest. Returns whether there was one."""
    with till.sessions.begin() as session:
        row = claim(session, Subscription, till.worker)
    if row is None:
        return False
    with tending(till.sessions, row):
        try:
            settle_subscription(till, row.stripe_id)
        except GatewayError as error:
            log.warning("subscription %s could not be read: %s (%s)", row.stripe_id, error, error.trouble)
            with till.sessions.begin() as session:
                fresh = session.get_one(Subscription, row.id, with_for_update=True)
                if not fresh.unreachable(str(error)):
                    fresh.later(settlement.SWEEP)
    return True


def settle_subscription(till: Till, stripe_id: str, *, quiet: bool = False) -> str:
    """Bring a subscription up to what Stripe says. Returns the verdict in words. Raises GatewayError.

    `quiet`: its letters are kept back, as after a backup was restored.
    """
    verdict = _look(till, stripe_id, quiet=quiet)
    if verdict is None:
        verdict = _look(till, stripe_id, quiet=quiet)
    return verdict or OUTRUN


def _look(till: Till, stripe_id: str, *, quiet: bool) -> str | None:
    """The verdict; None where somebody made the row while it was read without a ticket."""
    with till.sessions.begin() as session:
        ticket = take_ticket(session, stripe_id)
        events = _waiting(session, stripe_id) if ticket is not None else []
    try:
        facts = _read(till, stripe_id, known=ticket is not None)
    except GatewayError as error:
        if error.trouble != Trouble.MISSING or ticket is None:
            raise
        return _bury(till, stripe_id, str(error), events)
    if facts is None:
        return STRANGER
    try:
        return _applied(till, facts, ticket, events, quiet=quiet)
    except IntegrityError:
        with till.sessions() as session:
            if ticket is not None or subscription_with(session, stripe_id) is None:
                raise
        return None


def find_subscriptions(till: Till, since: datetime, *, restored: bool = False) -> int:
    """Settle those with this store's mark that began since then and are not known here. Returns how many. Raises GatewayError.

    `restored`: the database is an older one: all that live here are settled as well, and nobody is written to again.
    """
    if restored:
        _catch_up(till)
    found = 0
    created = {"gte": int(since.timestamp())}
    for page in pages(till.gateway, "subscriptions", created=created, status="all"):
        mine = [one["id"] for one in page if ours(one, till.settings.store_id)]
        with till.sessions() as session:
            known = set(session.scalars(select(Subscription.stripe_id).where(Subscription.stripe_id.in_(mine))))
        for name in mine:
            if name not in known:
                settle_subscription(till, name, quiet=restored)
                found += 1
    return found


def _catch_up(till: Till) -> None:
    with till.sessions() as session:
        living = session.scalars(select(Subscription.stripe_id).where(Subscription.next_try.is_not(None))).all()
    for name in living:
        settle_subscription(till, name, quiet=True)


def _applied(till: Till, facts: SubscriptionFacts, ticket: int | None, events: list[int], *, quiet: bool) -> str | None:
    with till.sessions.begin() as session:
        row = lock_subscription(session, facts.id)
        if row is not None and ticket is None:
            return None
        row = row or settlement.begun(session, facts)
        if ticket is not None and ticket <= row.applied_ticket:
            verdict = OUTRUN
        else:
            verdict = settlement.settle(session, row, facts, quiet=quiet)
            row.applied(ticket or 0)
        _close(session, events, verdict)
        return verdict


def _bury(till: Till, stripe_id: str, why: str, events: list[int]) -> str:
    with till.sessions.begin() as session:
        row = lock_subscription(session, stripe_id)
        verdict = settlement.bury(session, row, why) if row is not None else why
        _close(session, events, verdict)
    return verdict


def _read(till: Till, stripe_id: str, *, known: bool) -> SubscriptionFacts | None:
    """None: it is not this store's. What is known here is read to the end, whatever its metadata says by now."""
    thing = till.gateway.subscription(stripe_id)
    if not known and (thing.get("metadata") or {}).get("store") != till.settings.store_id:
        return None
    with till.sessions() as session:
        row = subscription_with(session, stripe_id)
        since = unsettled_since(session, row.id) if row else None
        booked = _paid_already(session, row)
    return subscription_facts(thing, _invoices(till, stripe_id, since, booked))


def _paid_already(session: Session, row: Subscription | None) -> set[str]:
    if row is None:
        return set()
    paid = select(Invoice.stripe_id).where(Invoice.subscription_id == row.id, Invoice.status == InvoiceStatus.PAID)
    return set(session.scalars(paid))


def _invoices(till: Till, stripe_id: str, since: datetime | None, booked: set[str]) -> tuple[InvoiceFacts, ...]:
    """Oldest first, without those that were booked before."""
    after: Json = {"created": {"gte": int((since - timedelta(seconds=1)).timestamp())}} if since else {}
    listed = till.gateway.invoices(subscription=stripe_id, **after)
    return tuple(whole_invoice(till, thing) for thing in reversed(listed) if thing["id"] not in booked)


def whole_invoice(till: Till, thing: Json) -> InvoiceFacts:
    """With the charges of the intents that paid it. Raises GatewayError."""
    intents = paid_intents(thing) if thing.get("status") == "paid" else []
    return invoice_facts(thing, tuple(intent_of(till.gateway.charged_intent(name)) for name in intents))


def _waiting(session: Session, stripe_id: str) -> list[int]:
    """Received events that name this subscription: this read answers all of them."""
    kinds = or_(StripeEvent.type.startswith("customer.subscription."), StripeEvent.type.startswith("invoice."))
    wanted = select(StripeEvent.id).where(
        StripeEvent.state == EventState.RECEIVED, kinds, StripeEvent.body.contains(f'"{stripe_id}"', autoescape=True)
    )
    return list(session.scalars(wanted))


def _close(session: Session, event_ids: list[int], verdict: str) -> None:
    for event in session.scalars(
        select(StripeEvent).where(StripeEvent.id.in_(event_ids), StripeEvent.state == EventState.RECEIVED)
    ):
        event.close(EventState.APPLIED, verdict)
        strip_if_erased(session, event)
