"""Letters about a subscription: each is due by how it stands and how it stood, and is written once for its key."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.outbox.letter import queue
from storefront.subscriptions.before import Before
from storefront.subscriptions.subscription import Status, Subscription

TRIAL_NOTICE = timedelta(days=3)
CARD_NOTICE = timedelta(days=30)
_PAYING = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE)


def write(session: Session, row: Subscription, before: Before) -> None:
    """Queue what is due now. Settling again queues nothing more."""
    if not row.email:
        return
    if row.status in (Status.TRIALING, Status.ACTIVE):
        _queue(session, row, "welcome", row.stripe_id)
    if _trial_ends(row):
        _queue(session, row, "trial_ending", f"{row.stripe_id}:{_stamp(row.trial_end)}")
    if row.ends_at is not None and row.ends_at != before.ends_at and row.status in _PAYING:
        _queue(session, row, "will_end", f"{row.stripe_id}:{_stamp(row.canceled_at or row.ends_at)}")
    if row.status == Status.CANCELED and before.status != Status.CANCELED:
        _queue(session, row, "ended", row.stripe_id)
    if row.paused and not before.paused:
        _queue(session, row, "paused", f"{row.stripe_id}:{row.pauses}")
    if before.paused and not row.paused and not row.over:
        _queue(session, row, "resumed", f"{row.stripe_id}:{row.pauses}")
    notice = card_notice(row)
    if notice is not None and notice <= now():
        _queue(session, row, "card_expiring", f"{row.stripe_id}:{row.card_last4}:{row.card_year}-{row.card_month}")


def card_notice(row: Subscription) -> datetime | None:
    """When to write that the card ends; None where it will not be charged any more."""
    if not row.card_year or row.status not in _PAYING or row.ends_at is not None:
        return None
    months = row.card_year * 12 + row.card_month
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC) - CARD_NOTICE


def facts_of(row: Subscription) -> dict[str, Any]:
    """What every letter about a subscription may say. Dates: ISO; `buyer`: id, for links of one's own."""
    return {
        "subscription": row.stripe_id,
        "buyer": row.buyer_id,
        "name": row.name,
        "what": row.what,
        "cost": row.cost,
        "language": row.language,
        "trial_end": _iso(row.trial_end if row.status == Status.TRIALING else None),
        "without_card": row.without_card,
        "card": f"{row.card_brand.capitalize()} **** {row.card_last4}" if row.card_last4 else "",
        "card_end": f"{row.card_month:02}/{row.card_year}" if row.card_year else "",
        "next_charge": _iso(row.next_charge),
        "ends_at": _iso(row.ends_at),
        "ended_at": _iso(row.ended_at),
        "resumes_at": _iso(row.resumes_at),
        "reason": row.cancel_reason,
        "by_status": row.status == Status.PAUSED,
    }


def _trial_ends(row: Subscription) -> bool:
    """In three days or less, of a trial that was longer than that: the welcome to a shorter one has said it."""
    if row.status != Status.TRIALING or row.trial_end is None or row.trial_start is None or row.pause:
        return False
    if row.ends_at is not None and row.ends_at <= row.trial_end:
        return False
    return row.trial_end - row.trial_start > TRIAL_NOTICE and row.trial_end - now() <= TRIAL_NOTICE


def _queue(session: Session, row: Subscription, kind: str, key: str) -> None:
    queue(session, kind, key, row.email, facts=facts_of(row))


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def _stamp(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0
