"""Reconciling: what Stripe knows and the shop does not is fetched, and goes the way of everything that Stripe says.

Events that were not delivered, or whose row was lost, are pulled into the same inbox as pushed ones. The reading begins
an hour before the cursor, so that events which Stripe listed late are met; a cursor out of an old backup only makes it
longer.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from storefront.cashier.event_types import EVENTS
from storefront.cashier.listing import MOST_TYPES, Json, pages
from storefront.cashier.recovering import recover
from storefront.cashier.subscription_settling import find_subscriptions
from storefront.cashier.till import Till
from storefront.clock import now
from storefront.inbox.cursor import cursor_at, move_cursor
from storefront.inbox.event import StripeEvent
from storefront.inbox.receiving import NotAnEventError, checked, receive
from storefront.inbox.restored import forget_restored, is_restored
from storefront.payments.payment import Payment
from storefront.work import wake

CURSOR = "events"
OVERLAP = timedelta(hours=1)
GRACE = timedelta(minutes=2)
"""So long an event may be on its way to us before it is fetched."""
REACH = timedelta(days=30)
"""Stripe lists no older events; sessions it keeps for good."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`pulled`: how many events were new. `brought_back`: numbers of orders that had been lost."""

    pulled: int
    brought_back: list[str]


def reconcile(till: Till, *, grace: timedelta = GRACE, restored: bool = False, say: Say = lambda _: None) -> Reconciled:
    """Fetch what is missing; the worker applies it. `restored`: the database is known to be an older one, as its mark may say too.

    Raises GatewayError; what was fetched until then stays, and the cursor where it was.
    """
    moment = now()
    with till.sessions() as session:
        cursor = cursor_at(session, CURSOR)
        restored = restored or is_restored(session)
    say("Looking for orders that only Stripe knows.")
    brought_back = recover(till, (cursor or moment - REACH) - OVERLAP, restored=restored)
    since = max((cursor or _beginning(till, moment)) - OVERLAP, moment - REACH)
    say("Looking for subscriptions that only Stripe knows.")
    find_subscriptions(till, (cursor or moment - REACH) - OVERLAP, restored=restored or bool(brought_back))
    until = moment - grace
    source = "recovered" if brought_back or restored else "pulled"
    pulled = sum(
        _pull(till, source, EVENTS[at : at + MOST_TYPES], since, until, say) for at in range(0, len(EVENTS), MOST_TYPES)
    )
    with till.sessions.begin() as session:
        move_cursor(session, CURSOR, until)
        forget_restored(session)
        wake(session.connection())
    return Reconciled(pulled, brought_back)


def _beginning(till: Till, moment: datetime) -> datetime:
    """Nothing that happened before the first payment concerns the shop."""
    with till.sessions() as session:
        return session.scalar(select(func.min(Payment.created_at))) or moment


def _pull(till: Till, source: str, types: list[str], since: datetime, until: datetime, say: Say) -> int:
    seen = pulled = 0
    span = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
    for page in pages(till.gateway, "events", types=types, created=span):
        pulled += _take(till, source, page)
        seen += len(page)
        reached = datetime.fromtimestamp(page[-1]["created"], UTC)
        say(f"{seen:,} events read back to {reached:%d %B, %H:%M} UTC, {pulled:,} of them were not known.")
    return pulled


def _take(till: Till, source: str, page: list[Json]) -> int:
    with till.sessions.begin() as session:
        names = [event["id"] for event in page]
        known = set(session.scalars(select(StripeEvent.event_id).where(StripeEvent.event_id.in_(names))))
        fresh = [event for event in reversed(page) if event["id"] not in known]
        return sum(_received(till, session.connection(), event, source) for event in fresh)


def _received(till: Till, connection: Connection, event: Json, source: str) -> bool:
    try:
        checked(event, livemode=till.settings.livemode)
    except NotAnEventError:
        return False
    return receive(connection, event, json.dumps(event), source)
