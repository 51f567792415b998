"""Returning: what Stripe says of a refund becomes its state, and once each the ledger, the shelf, the letter and the timeline."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order
from storefront.orders.timeline import tell
from storefront.outbox.letter import queue
from storefront.payments.ledger import EntryKind, LedgerEntry, enter
from storefront.payments.refund import Refund, RefundState
from storefront.payments.withdrawing import withdraw_refunded
from storefront.stock.level import level_of, move

NEXT_LOOK = timedelta(hours=1)
DASHBOARD = "stripe:"


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """A refund at Stripe. `amount`: minor units. `trouble`: why it failed. `ours`: the reference in its metadata."""

    id: str
    status: str
    amount: int
    currency: str
    reason: str
    created_at: datetime
    trouble: str = ""
    balance_transaction: str = ""
    failure_balance_transaction: str = ""
    ours: str = ""


def mirror(session: Session, order: Order, payment_id: int, facts: RefundFacts) -> bool:
    """Know the refund by Stripe's id: ours by its reference, one of the Dashboard as a new row. Returns whether it is new.

    `order`: locked by the caller. A row that learns its id, or is new, is due for a look.
    """
    if session.scalar(select(Refund.id).where(Refund.stripe_id == facts.id)) is not None:
        return False
    if facts.ours:
        mine = session.scalar(select(Refund).where(Refund.reference == facts.ours, Refund.payment_id == payment_id))
        if mine is not None and mine.stripe_id is None:
            mine.stripe_id = facts.id
            mine.due_now()
            return False
    session.add(
        Refund(
            key=DASHBOARD + facts.id,
            order_id=order.id,
            payment_id=payment_id,
            stripe_id=facts.id,
            amount=facts.amount,
            currency=facts.currency,
            reason=facts.reason,
            by="stripe",
            created_at=facts.created_at,
        )
    )
    session.flush()
    return True


def settle(session: Session, order: Order, refund: Refund, facts: RefundFacts, event_id: str = "") -> str:
    """Apply what was read, under the order's lock. Returns the verdict in words. Again, it changes nothing."""
    refund.amount, refund.currency = facts.amount, facts.currency
    refund.reason = refund.reason or facts.reason
    refund.state = _STATES.get(facts.status, RefundState.PENDING)
    verdict = _CONSEQUENCES[RefundState(refund.state)](session, order, refund, facts, event_id)
    withdraw_refunded(session, order)
    refund.done_with()
    refund.waiting_since = now()
    if refund.state in (RefundState.PENDING, RefundState.REQUIRES_ACTION):
        refund.next_try = now() + NEXT_LOOK
    return verdict


def refuse(session: Session, order: Order, refund: Refund, why: str) -> None:
    """Stripe will not refund it: nothing moved, and its money can be asked for again. What Stripe has instead is looked up."""
    refund.state, refund.trouble = RefundState.FAILED, why
    withdraw_refunded(session, order)
    refund.due_now()
    _warn(session, order, refund, f"Stripe refused to refund {refund.money(refund.amount)}: {why}", "refused", "")


def _under_way(session: Session, order: Order, refund: Refund, facts: RefundFacts, event_id: str) -> str:
    sum_ = refund.money(refund.amount)
    key = f"refund_pending:{refund.reference}"
    text = f"Stripe has the refund of {sum_}. It takes 5 to 10 business days."
    if refund.state == RefundState.REQUIRES_ACTION:
        text = f"The refund of {sum_} waits for the buyer, to whom Stripe has written how to get it."
    else:
        _restock(session, order, refund)
    tell(session, order.id, key, text, "stripe", event_id=event_id)
    _write(session, order, refund, facts)
    return text


def _succeeded(session: Session, order: Order, refund: Refund, facts: RefundFacts, event_id: str) -> str:
    enter(
        session,
        EntryKind.REFUND,
        facts.id,
        -facts.amount,
        facts.currency,
        order.id,
        balance_transaction=facts.balance_transaction,
    )
    text = f"Stripe confirmed the refund of {refund.money(refund.amount)}."
    tell(session, order.id, f"refunded:{refund.reference}", text, "stripe", event_id=event_id)
    _restock(session, order, refund)
    _write(session, order, refund, facts)
    return text


def _came_to_nothing(session: Session, order: Order, refund: Refund, facts: RefundFacts, event_id: str) -> str:
    refund.trouble = facts.trouble
    entered = select(LedgerEntry.id).where(LedgerEntry.kind == EntryKind.REFUND, LedgerEntry.stripe_id == facts.id)
    if session.scalar(entered) is not None:
        enter(
            session,
            EntryKind.REFUND_FAILURE,
            facts.id,
            facts.amount,
            facts.currency,
            order.id,
            balance_transaction=facts.failure_balance_transaction,
        )
    what = "was called off" if refund.state == RefundState.CANCELED else "failed: the money is back at the shop"
    cause = f" ({facts.trouble.replace('_', ' ')})" if facts.trouble else ""
    why = f"The refund of {refund.money(refund.amount)} {what}{cause}. Find another way to pay the buyer back."
    _warn(session, order, refund, why, "came_to_nothing", event_id)
    return why


def _warn(session: Session, order: Order, refund: Refund, why: str, what: str, event_id: str) -> None:
    key = f"refund_{what}:{refund.reference}"
    if tell(session, order.id, key, why, "stripe", event_id=event_id, public=False):
        order.attention = why


def _restock(session: Session, order: Order, refund: Refund) -> None:
    if refund.restocked:
        return
    refund.restocked = True
    wanted = [part for part in refund.lines if part.put_back and part.line.variant_id is not None]
    for part in sorted(wanted, key=lambda part: part.line.variant_id or 0):
        level = level_of(session, part.line.variant_id or 0)
        if level is not None:
            key = f"refund:{refund.reference}:{part.line_id}"
            move(session, level, part.put_back, "return", key, order_id=order.id)


def _write(session: Session, order: Order, refund: Refund, facts: RefundFacts) -> None:
    """One letter per refund: what becomes of it afterwards is on the order page."""
    if order.email:
        said = {"amount": facts.amount, "state": str(refund.state), "why": refund.why}
        queue(session, "refund", facts.id, order.email, order_id=order.id, facts=said)


_STATES = {state.value: state for state in RefundState if state != RefundState.REQUESTED}
"""A status that Stripe may invent later counts as under way."""

_CONSEQUENCES = {
    RefundState.PENDING: _under_way,
    RefundState.REQUIRES_ACTION: _under_way,
    RefundState.SUCCEEDED: _succeeded,
    RefundState.FAILED: _came_to_nothing,
    RefundState.CANCELED: _came_to_nothing,
}
