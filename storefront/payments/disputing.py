"""Disputing: what Stripe says of a dispute becomes its status, and once each the ledger, the timeline and the letters.

No status is final, and a word that Stripe may invent later is kept like any other: whether the charge can be refunded,
and which money was pulled and given back, Stripe says apart from it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order
from storefront.orders.timeline import tell
from storefront.payments.alerting import write_to_staff
from storefront.payments.dispute import OVER, TO_ANSWER, Dispute, DisputeStatus
from storefront.payments.ledger import EntryKind, LedgerEntry, enter
from storefront.payments.payment import Payment

NEXT_LOOK = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Pulled:
    """A balance transaction of a dispute. `amount`: signed; `fee`: what it cost; both minor units of `currency`."""

    id: str
    amount: int
    fee: int
    currency: str


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A dispute at Stripe. `amount`: minor units. `moved`: its balance transactions."""

    id: str
    charge_id: str
    intent_id: str
    status: str
    reason: str
    amount: int
    currency: str
    opened_at: datetime
    refundable: bool
    due_by: datetime | None = None
    past_due: bool = False
    submissions: int = 0
    case_type: str = ""
    network: str = ""
    reason_code: str = ""
    eligibility: dict[str, Any] = field(default_factory=dict)
    moved: tuple[Pulled, ...] = ()


def mirror(session: Session, payment: Payment, facts: DisputeFacts) -> Dispute:
    """A row for a dispute that is not known yet. `payment`'s order: locked by the caller."""
    dispute = Dispute(
        stripe_id=facts.id, order_id=payment.order_id, payment_id=payment.id, charge_id=facts.charge_id,
        amount=facts.amount, currency=facts.currency, opened_at=facts.opened_at, turn=0,
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    return dispute


def settle(session: Session, order: Order, dispute: Dispute, facts: DisputeFacts, event_id: str = "") -> str:
    """Apply what was read, under the order's lock. Returns the verdict in words. Again, it changes nothing."""
    before = dispute.status
    _copy(dispute, facts)
    _book(session, dispute, facts)
    verdict = f"The dispute over {dispute.money(dispute.amount)} is as it was: {dispute.status_words}."
    if before != dispute.status:
        dispute.turn += 1
        dispute.closed_at = now() if dispute.over else None
        dispute.warned_at = None
        verdict = _turned(session, order, dispute, before, event_id)
    dispute.done_with()
    dispute.waiting_since = now()
    dispute.next_try = None if dispute.over else now() + NEXT_LOOK
    return verdict


def _copy(dispute: Dispute, facts: DisputeFacts) -> None:
    dispute.status, dispute.reason, dispute.charge_id = facts.status, facts.reason, facts.charge_id
    dispute.amount, dispute.currency, dispute.opened_at = facts.amount, facts.currency, facts.opened_at
    dispute.due_by, dispute.past_due, dispute.submissions = facts.due_by, facts.past_due, facts.submissions
    dispute.case_type, dispute.network, dispute.reason_code = facts.case_type, facts.network, facts.reason_code
    dispute.refundable, dispute.eligibility = facts.refundable, facts.eligibility


def _book(session: Session, dispute: Dispute, facts: DisputeFacts) -> None:
    """Each movement once, by its id. In a foreign currency the amount is the dispute's own; the fee stays in the account's."""
    known = session.scalars(select(LedgerEntry).where(LedgerEntry.stripe_id == dispute.stripe_id)).all()
    booked = Counter(entry.kind for entry in known)
    names = {entry.balance_transaction for entry in known}
    for moved in facts.moved:
        amount = in_currency(moved, facts.amount, facts.currency)
        kind = EntryKind.DISPUTE if amount < 0 else EntryKind.DISPUTE_REVERSAL
        entries = ((kind, amount, facts.currency), (EntryKind.DISPUTE_FEE, -moved.fee, moved.currency))
        for what, sum_, currency in entries:
            if sum_ and moved.id not in names:
                enter(
                    session, what, dispute.stripe_id, sum_, currency, dispute.order_id,
                    sequence=booked[what], balance_transaction=moved.id,
                )  # fmt: skip
                booked[what] += 1
        dispute.fee_currency = moved.currency
    pulled = -sum(in_currency(moved, facts.amount, facts.currency) for moved in facts.moved)
    dispute.withheld, dispute.fee = max(pulled, 0), sum(moved.fee for moved in facts.moved)


def in_currency(moved: Pulled, amount: int, currency: str) -> int:
    """Signed minor units of `currency` that this movement is of a dispute over `amount`."""
    if moved.currency == currency:
        return moved.amount
    return (moved.amount > 0) * amount - (moved.amount < 0) * amount


def _turned(session: Session, order: Order, dispute: Dispute, before: str, event_id: str) -> str:
    """Tell it and write to the staff, once for each turn."""
    headline, text = words_of(dispute, before)
    key = f"dispute:{dispute.stripe_id}:{dispute.turn}"
    tell(session, order.id, key, text, "stripe", event_id=event_id, public=False)
    if dispute.status in TO_ANSWER or dispute.over:
        facts = {
            "headline": headline,
            "text": text,
            "number": order.number,
            "deadline": said(dispute.due_by) if dispute.answerable else "",
            "dispute": dispute.stripe_id,
        }
        write_to_staff(session, "dispute", f"{dispute.stripe_id}:{dispute.turn}", facts)
    return text


def said(moment: datetime | None) -> str:
    """As `3 December 2026, 23:59 UTC`."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC" if moment else ""


def words_of(dispute: Dispute, before: str) -> tuple[str, str]:
    """What has happened: a headline, and the sentences of the timeline. `before`: the status until now, or empty."""
    amount, why = dispute.money(dispute.amount), dispute.reason_words
    until = f" Answer by {said(dispute.due_by)}." if dispute.answerable else " The bank takes no answer."
    late = f" It had been {before.replace('_', ' ')} before." if before in OVER else ""
    match dispute.status:
        case DisputeStatus.NEEDS_RESPONSE if before.startswith("warning_"):
            return f"An inquiry became a dispute over {amount}", (
                f"The bank made a dispute of its inquiry and took {amount} back: {why}.{until}{late}"
            )
        case DisputeStatus.NEEDS_RESPONSE:
            return f"A payment of {amount} is disputed", f"The bank took {amount} back: {why}.{until}{late}"
        case DisputeStatus.INQUIRY:
            return f"A bank asks about {amount}", (
                f"The bank asks about {amount}: {why}. No money has moved; a full refund ends the matter without a fee."
                f"{until}{late}"
            )
        case DisputeStatus.APPEAL:
            return f"The dispute over {amount} was appealed", f"The other side appealed: {why}.{until}{late}"
        case DisputeStatus.UNDER_REVIEW | DisputeStatus.INQUIRY_UNDER_REVIEW | DisputeStatus.APPEAL_UNDER_REVIEW:
            return f"The bank reviews the evidence about {amount}", f"The bank has the evidence about {amount}.{late}"
        case _:
            return _ended(dispute, late)


def _ended(dispute: Dispute, late: str) -> tuple[str, str]:
    amount = dispute.money(dispute.amount)
    match dispute.status:
        case DisputeStatus.WON:
            return f"The dispute over {amount} is won", f"The bank decided for the shop; {amount} are back.{late}"
        case DisputeStatus.LOST:
            return f"The dispute over {amount} is lost", (
                f"The bank decided for the buyer: {amount} are lost. This is no refund, and none can follow.{late}"
            )
        case DisputeStatus.INQUIRY_CLOSED:
            return f"The inquiry about {amount} is closed", f"The bank closed its inquiry; no money moved.{late}"
        case DisputeStatus.PREVENTED:
            return f"A dispute over {amount} was prevented", f"The dispute over {amount} was settled early.{late}"
        case unknown:
            word = unknown.replace("_", " ")
            return f"The dispute over {amount} has a new status", f"Stripe says of the dispute: {word}.{late}"
