"""The changes of a subscription in words, for its timeline. What Stripe says replaces what we had, and the entry says so."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from storefront.subscriptions.before import Before
from storefront.subscriptions.subscription import Status, Subscription
from storefront.subscriptions.timeline import tell

STATUS_WORDS = {
    Status.INCOMPLETE: "waiting for its first payment",
    Status.INCOMPLETE_EXPIRED: "given up, because it was never paid",
    Status.TRIALING: "in its trial",
    Status.ACTIVE: "active",
    Status.PAST_DUE: "past due",
    Status.CANCELED: "ended",
    Status.UNPAID: "unpaid",
    Status.PAUSED: "paused",
}
"""Each fits after `It is` and before `now`."""
PAUSE_WORDS = {
    "void": "Its invoices are made and voided.",
    "mark_uncollectible": "Its invoices are made and written off.",
    "keep_as_draft": "Its invoices are made and kept as drafts.",
}
REASON_WORDS = {
    "cancellation_requested": "it was asked for",
    "payment_failed": "its payments failed",
    "payment_disputed": "a payment was disputed",
    "canceled_by_retention_policy": "of Stripe's retention policy",
    "gone": "Stripe no longer has it",
}
NOTHING_NEW = "Stripe says what was known already; nothing to do."


def status_word(status: str) -> str:
    """In words; a status that Stripe may invent as it is."""
    return STATUS_WORDS.get(Status(status), status) if status in set(Status) else status


def day(moment: datetime) -> str:
    """A day, as `22 November 2026`, in UTC."""
    there = moment.astimezone(UTC)
    return f"{there.day} {there:%B %Y}"


def tell_changes(session: Session, row: Subscription, before: Before) -> str:
    """Write what has changed, each change once. Returns all of it as one verdict."""
    said = list(_changes(row, before))
    for place, words in enumerate(said):
        tell(session, row.id, f"read:{row.ticket}:{row.applied_ticket}:{place}", words)
    return " ".join(said) or NOTHING_NEW


def tell_gone(session: Session, row: Subscription, why: str) -> None:
    """Once."""
    tell(
        session,
        row.id,
        "gone",
        f"Stripe no longer has this subscription, so it counts as ended here too. {why}".strip(),
    )


def _changes(row: Subscription, before: Before) -> list[str]:
    if not before.status:
        first = [f"It began: {row.what}, {row.cost}. It is {status_word(row.status)}."]
        return first + ([f"It will end on {day(row.ends_at)}."] if row.ends_at else [])
    said = []
    if row.status != before.status:
        why = f" because {REASON_WORDS[row.cancel_reason]}" if row.over and row.cancel_reason in REASON_WORDS else ""
        said.append(f"Stripe says that it is {status_word(row.status)} now{why}; it was {status_word(before.status)}.")
    if (row.what, row.cost) != (before.what, before.cost):
        said.append(f"Stripe says that it is {row.what}, {row.cost} now; it was {before.what}, {before.cost}.")
    if row.ends_at != before.ends_at and not row.over:
        said.append(f"It will end on {day(row.ends_at)}." if row.ends_at else "Its end was taken back; it goes on.")
    if row.paused and not before.paused:
        until = f" until {day(row.resumes_at)}" if row.resumes_at else ""
        said.append(f"It is paused{until}. {PAUSE_WORDS.get(row.pause, 'There are no invoices meanwhile.')}")
    if before.paused and not row.paused and not row.over:
        said.append("It goes on after its pause.")
    card = (row.card_brand, row.card_last4)
    if card != before.card and row.card_last4:
        said.append(f"The card that pays is {row.card_brand.capitalize()} **** {row.card_last4} now.")
    return said
