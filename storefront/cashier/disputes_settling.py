"""Settling disputes: each by its own ticket and one read of it; those that are not known are found by listing them all."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront.cashier import disputes_at_stripe, subjects
from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.listing import things
from storefront.cashier.settling import OUTRUN, settle
from storefront.cashier.till import Till
from storefront.clock import now
from storefront.orders.order import lock_order
from storefront.payments import disputing, fraud_warning
from storefront.payments.dispute import Dispute, dispute_with
from storefront.payments.disputing import DisputeFacts, Pulled
from storefront.payments.payment import Payment
from storefront.work import claim, take_ticket, tending

Json = dict[str, Any]
REACH = timedelta(days=180)
"""How far back the sweep lists: an inquiry alone may last 120 days."""
log = logging.getLogger(__name__)


def settle_dispute_one(till: Till) -> bool:
    """The dispute that has been due for a look longest. Returns whether there was one."""
    with till.sessions.begin() as session:
        dispute = claim(session, Dispute, till.worker)
    if dispute is None:
        return False
    with tending(till.sessions, dispute):
        try:
            settle_dispute(till, dispute.id)
        except GatewayError as error:
            log.warning("dispute %s could not be read: %s (%s)", dispute.stripe_id, error, error.trouble)
            _look_later(till, dispute, error)
    return True


def settle_dispute(till: Till, dispute_id: int, event_id: str = "") -> str:
    """Bring a dispute up to what Stripe says. Returns the verdict. Raises GatewayError."""
    with till.sessions.begin() as session:
        ticket = take_ticket(session, Dispute, dispute_id)
        known = session.get_one(Dispute, dispute_id)
    facts = facts_of(disputes_at_stripe.dispute(till.gateway, known.stripe_id))
    with till.sessions.begin() as session:
        order = lock_order(session, known.order_id)
        fresh = session.get_one(Dispute, dispute_id, with_for_update=True, populate_existing=True)
        if ticket <= fresh.applied_ticket:
            return OUTRUN
        verdict = disputing.settle(session, order, fresh, facts, event_id)
        fresh.applied(ticket)
        return verdict


def settle_dispute_named(till: Till, thing: Json, event_id: str = "") -> tuple[str, int] | None:
    """The dispute of an event or a list, known or new. Returns the verdict and our payment's id; None: not ours.

    Raises GatewayError, NotYetError.
    """
    with till.sessions() as session:
        known = dispute_with(session, thing["id"])
    if known is None:
        payment = payment_behind(till, thing)
        known = _mirror(till, payment, thing) if payment is not None else None
    if known is None:
        return None
    return settle_dispute(till, known.id, event_id), known.payment_id


def note_warning(till: Till, thing: Json, event_id: str = "") -> tuple[str, int] | None:
    """The early fraud warning of an event or a list, read anew. Returns as settle_dispute_named does.

    Raises GatewayError, NotYetError.
    """
    payment = payment_behind(till, thing)
    if payment is None:
        return None
    fresh = disputes_at_stripe.fraud_warning(till.gateway, thing["id"])
    with till.sessions.begin() as session:
        order = lock_order(session, payment.order_id)
        paid = session.get_one(Payment, payment.id)
        words = fraud_warning.note(
            session, order, paid, fresh["id"], fresh["fraud_type"], actionable=fresh["actionable"], event_id=event_id
        )
    return words, payment.id


def sweep(till: Till, *, say: Callable[[str], None] = lambda _: None) -> int:
    """Find disputes and warnings that no event told of, and those that have turned. Returns how many. Raises GatewayError."""
    since = {"gte": int((now() - REACH).timestamp())}
    with till.sessions() as session:
        disputes = [one for one in things(till.gateway, "disputes", created=since) if not _is_current(session, one)]
    found = sum(settle_dispute_named(till, one) is not None for one in reversed(disputes))
    warnings = [one for one in things(till.gateway, "early_fraud_warnings", created=since) if one["actionable"]]
    for one in warnings:
        note_warning(till, one)
    say(f"{found:,} disputes were not as the shop knew them.")
    return found


def _is_current(session: Session, listed: Json) -> bool:
    known = dispute_with(session, listed["id"])
    return known is not None and known.status == listed["status"]


def payment_behind(till: Till, thing: Json) -> Payment | None:
    """Our payment that the thing is about, with its money in the ledger first. Raises GatewayError, NotYetError."""
    body, store_id = {"data": {"object": thing}}, till.settings.store_id
    with till.sessions() as session:
        payment = subjects.payment_known(session, body, store_id)
    if payment is None:
        found = subjects.session_of_intent(till, body)
        with till.sessions() as session:
            payment = subjects.payment_known(session, {"data": {"object": found}}, store_id) if found else None
    if payment is not None and not payment.received:
        settle(till, payment.id)
        with till.sessions() as session:
            payment = session.get_one(Payment, payment.id)
    return payment


def _mirror(till: Till, payment: Payment, thing: Json) -> Dispute | None:
    facts = facts_of(disputes_at_stripe.dispute(till.gateway, thing["id"]))
    try:
        with till.sessions.begin() as session:
            lock_order(session, payment.order_id)
            return dispute_with(session, facts.id) or disputing.mirror(session, payment, facts)
    except IntegrityError:  # another worker was a moment faster, by another order's lock
        with till.sessions() as session:
            return dispute_with(session, facts.id)


def facts_of(dispute: Json) -> DisputeFacts:
    """From a dispute as the API spells it. A deadline of 0 means that no answer is possible."""
    details = dispute.get("evidence_details") or {}
    card = (dispute.get("payment_method_details") or {}).get("card") or {}
    moved = dispute.get("balance_transactions") or []
    return DisputeFacts(
        id=dispute["id"],
        charge_id=_id(dispute.get("charge")),
        intent_id=_id(dispute.get("payment_intent")),
        status=dispute["status"],
        reason=dispute.get("reason") or "",
        amount=dispute["amount"],
        currency=dispute["currency"],
        opened_at=datetime.fromtimestamp(dispute["created"], UTC),
        refundable=bool(dispute.get("is_charge_refundable")),
        due_by=datetime.fromtimestamp(details["due_by"], UTC) if details.get("due_by") else None,
        past_due=bool(details.get("past_due")),
        submissions=details.get("submission_count") or 0,
        case_type=card.get("case_type") or "",
        network=card.get("network") or card.get("brand") or "",
        reason_code=card.get("network_reason_code") or "",
        eligibility=details.get("enhanced_eligibility") or {},
        moved=tuple(Pulled(one["id"], one["amount"], one["fee"], one["currency"]) for one in moved),
    )


def _id(value: Any) -> str:
    return str((value.get("id") if isinstance(value, dict) else value) or "")


def _look_later(till: Till, dispute: Dispute, error: GatewayError) -> None:
    with till.sessions.begin() as session:
        session.add(dispute)
        if error.trouble == Trouble.MISSING:
            dispute.done_with()
            dispute.last_error = str(error)
        elif not dispute.unreachable(str(error)):
            dispute.later(disputing.NEXT_LOOK)
