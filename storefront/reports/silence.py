"""Silence: payments happen, but Stripe's events do not arrive and have to be fetched."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.inbox.event import EventState, StripeEvent
from storefront.outbox.letter import queue
from storefront.staff.member import Member

QUIET = timedelta(hours=1)
RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Silence:
    """`fetched`: events that were about our payments and did not arrive. `last`: when one did, None if never."""

    fetched: int
    last: datetime | None


def silence(session: Session) -> Silence | None:
    """None while events arrive, or nothing happens of which one should have."""
    arrived = select(StripeEvent.id, StripeEvent.received_at).where(StripeEvent.source == "pushed")
    newest = session.execute(arrived.order_by(StripeEvent.id.desc()).limit(1)).first()
    if newest is not None and newest.received_at > now() - QUIET:
        return None
    missed = select(func.count()).where(
        StripeEvent.id > (newest.id if newest is not None else 0),
        StripeEvent.source == "pulled",
        StripeEvent.state == EventState.APPLIED,
        StripeEvent.received_at > now() - RECENT,
    )
    fetched = session.scalars(missed).one()
    return Silence(fetched, newest.received_at if newest is not None else None) if fetched else None


def warn_of_silence(session: Session) -> None:
    """A letter to everybody on the staff, once a day."""
    found = silence(session)
    if found is None:
        return
    facts = {"fetched": found.fetched, "last": f"{found.last:%d %B %Y, %H:%M} UTC" if found.last else ""}
    for member in session.scalars(select(Member).where(Member.active)):
        queue(session, "silence", f"{now():%Y-%m-%d}:{member.id}", member.email, facts=facts)
