"""How a subscription stands, in words for its buyer, and what can be done with it."""

from dataclasses import dataclass
from datetime import datetime

from storefront.buyers.portal_visit import Deed
from storefront.subscriptions.subscription import Status, Subscription


@dataclass(frozen=True, slots=True)
class Words:
    """`tone`: good, calm, warn or over. `title`: the status. `sentence`: ends before `day`, if there is one.

    `deeds`: with the label of each one's button, the one that is wanted most first.
    """

    tone: str
    title: str
    sentence: str
    day: datetime | None
    deeds: tuple[tuple[Deed, str], ...]


CARD = (Deed.CARD, "Change card")
PLAN = (Deed.PLAN, "Change plan")
PAUSE = (Deed.PAUSE, "Pause")
CANCEL = (Deed.CANCEL, "Cancel")
GO_ON = (Deed.HOME, "Go on with it")
UNDO = (Deed.HOME, "Take the cancellation back")
PAY = (Deed.HOME, "Pay the open invoice")
SEE = (Deed.HOME, "See past invoices")
NOW = None


_FAILED = (
    "The last payment failed. Please change your card; we try again by ourselves. What you have stays yours for now."
)
_UNPAID = "Several payments failed, so nothing more is sent. Change your card and pay the open invoice to go on."
_INCOMPLETE = "Stripe waits for the first payment. Nothing was charged so far."
_BY_STATUS = {
    Status.PAST_DUE: Words("warn", "The last payment failed", _FAILED, NOW, (CARD, CANCEL)),
    Status.UNPAID: Words("warn", "Not paid", _UNPAID, NOW, (PAY, CARD)),
    Status.INCOMPLETE: Words("warn", "Not begun yet", _INCOMPLETE, NOW, (CARD,)),
}
"""Where no date has to be told."""


def words_of(row: Subscription, *, other_plans: bool) -> Words:
    """`other_plans`: the shop sells more than one, so that there is something to change to."""
    if row.over or row.gone:
        return _over(row)
    if row.paused:
        return _paused(row)
    plain = next((words for status, words in _BY_STATUS.items() if status == row.status), None)
    return plain or _running(row, (CARD, *((PLAN,) if other_plans else ()), PAUSE, CANCEL))


def _paused(row: Subscription) -> Words:
    if row.resumes_at:
        text = "Nothing is charged meanwhile. It goes on by itself on"
        return Words("calm", "Paused", text, row.resumes_at, (GO_ON, CARD))
    text = "Nothing is charged and nothing is sent until you go on with it."
    return Words("calm", "Paused", text, NOW, (GO_ON, CARD))


def _running(row: Subscription, deeds: tuple[tuple[Deed, str], ...]) -> Words:
    if row.ends_at:
        return Words("calm", "Cancelled", "Nothing more is charged. You keep it until", row.ends_at, (UNDO, CARD))
    if row.status == Status.TRIALING:
        return Words("good", "In its trial", "Nothing is charged before", row.trial_end, deeds)
    if row.status == Status.ACTIVE and row.next_charge:
        return Words("good", "Active", f"{row.money(row.amount)} is charged next on", row.next_charge, deeds)
    return Words("calm", row.status.replace("_", " ").capitalize(), "See at Stripe how it stands.", NOW, (SEE,))


def _over(row: Subscription) -> Words:
    if row.status == Status.INCOMPLETE_EXPIRED:
        return Words("over", "Never begun", "Its first payment did not arrive in time. Nothing was charged.", NOW, ())
    if row.ended_at:
        return Words("over", "Ended", "Nothing more is charged. It ended on", row.ended_at, (SEE,))
    return Words("over", "Ended", "Nothing more is charged.", NOW, (SEE,))
