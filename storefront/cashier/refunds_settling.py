"""Settling refunds: each by its own ticket and one read of it; those that we do not know are found by listing the payment's."""

import logging
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.settling import OUTRUN, settle
from storefront.cashier.till import Till
from storefront.orders.order import lock_order
from storefront.payments import returning
from storefront.payments.payment import Payment
from storefront.payments.refund import Refund
from storefront.payments.returning import RefundFacts
from storefront.work import claim, take_ticket, tending

Json = dict[str, Any]
NO_MONEY_TAKEN = "A hold was released at Stripe; no money had been taken, so none was refunded."
log = logging.getLogger(__name__)


def settle_refund_one(till: Till) -> bool:
    """The refund that has been due for a look longest. Returns whether there was one."""
    with till.sessions.begin() as session:
        refund = claim(session, Refund, till.worker)
    if refund is None:
        return False
    with tending(till.sessions, refund):
        try:
            if refund.stripe_id is None:
                _look_up(till, refund)
            else:
                settle_refund(till, refund.id)
        except GatewayError as error:
            log.warning("refund %s could not be read: %s (%s)", refund.reference, error, error.trouble)
            _look_later(till, refund, error)
    return True


def settle_refund(till: Till, refund_id: int, event_id: str = "") -> str:
    """Bring a refund with a Stripe id up to what Stripe says. Returns the verdict. Raises GatewayError."""
    with till.sessions.begin() as session:
        ticket = take_ticket(session, Refund, refund_id)
        refund = session.get_one(Refund, refund_id)
    facts = facts_of(till.gateway.refund(str(refund.stripe_id)))
    with till.sessions.begin() as session:
        order = lock_order(session, refund.order_id)
        fresh = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
        if ticket <= fresh.applied_ticket:
            return OUTRUN
        verdict = returning.settle(session, order, fresh, facts, event_id)
        fresh.applied(ticket)
        return verdict


def settle_refunds_of(till: Till, payment_id: int, stripe_id: str = "", event_id: str = "") -> str:
    """After an event: know all refunds of the payment, and settle the one named. Returns the verdict.

    Raises GatewayError, NotYetError.
    """
    with till.sessions() as session:
        known = _with_stripe_id(session, stripe_id)
    if known is None:
        new = mirror(till, payment_id)
        if new is None:
            return NO_MONEY_TAKEN
        with till.sessions() as session:
            known = _with_stripe_id(session, stripe_id)
    if known is None:
        return f"Compared with Stripe's list of the payment's refunds; {new} not known before."
    return settle_refund(till, known.id, event_id)


def mirror(till: Till, payment_id: int) -> int | None:
    """Make every refund of the payment at Stripe a row of ours. Returns how many are new, None if it took no money.

    Raises GatewayError, NotYetError.
    """
    with till.sessions() as session:
        payment = session.get_one(Payment, payment_id)
    if not payment.received:
        settle(till, payment_id)
        with till.sessions() as session:
            payment = session.get_one(Payment, payment_id)
    if not payment.received or payment.intent_id is None:
        return None
    listed = [facts_of(one) for one in till.gateway.refunds(payment_intent=payment.intent_id)]
    with till.sessions.begin() as session:
        order = lock_order(session, payment.order_id)
        return sum(returning.mirror(session, order, payment_id, facts) for facts in reversed(listed))


def facts_of(refund: Json) -> RefundFacts:
    """From a refund as the API spells it."""
    return RefundFacts(
        id=refund["id"],
        status=refund.get("status") or "",
        amount=refund["amount"],
        currency=refund["currency"],
        reason=refund.get("reason") or "",
        created_at=datetime.fromtimestamp(refund["created"], UTC),
        trouble=refund.get("failure_reason") or "",
        balance_transaction=_id(refund.get("balance_transaction")),
        failure_balance_transaction=_id(refund.get("failure_balance_transaction")),
        ours=(refund.get("metadata") or {}).get("refund") or "",
    )


def _id(value: Any) -> str:
    return str(value.get("id") or "") if isinstance(value, dict) else value or ""


def _with_stripe_id(session: Session, stripe_id: str) -> Refund | None:
    return session.scalar(select(Refund).where(Refund.stripe_id == stripe_id)) if stripe_id else None


def _look_up(till: Till, refund: Refund) -> None:
    """Stripe refused it: whoever was faster is found in the list."""
    mirror(till, refund.payment_id)
    with till.sessions.begin() as session:
        fresh = session.get_one(Refund, refund.id, with_for_update=True)
        if fresh.stripe_id is None:
            fresh.done_with()


def _look_later(till: Till, refund: Refund, error: GatewayError) -> None:
    with till.sessions.begin() as session:
        session.add(refund)
        if error.trouble == Trouble.MISSING:
            refund.done_with()
            refund.last_error = str(error)
        elif not refund.unreachable(str(error)):
            refund.later(returning.NEXT_LOOK)
