"""Settling: a ticket, one read of Stripe outside any transaction, and one short transaction that applies it.

A ticket is taken before the read. Of two reads that overlap the later ticket wins, and a change that it missed makes an
event of its own, which is newer than the ticket and so still waits.
"""

import logging

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.invoice_settling import settle_invoice_payment
from storefront.cashier.reading import facts_of
from storefront.cashier.sessions_reading import whole_session
from storefront.cashier.subscription_settling import settle_subscription
from storefront.cashier.till import Till
from storefront.clock import now
from storefront.inbox.event import EventState, StripeEvent
from storefront.orders.order import lock_order
from storefront.payments import settlement
from storefront.payments.command import CommandState, StripeCommand, Verb
from storefront.payments.occasion import Occasion
from storefront.payments.payment import Payment
from storefront.privacy.remains import strip_if_erased
from storefront.work import claim, take_ticket, tending

OUTRUN = "A later look at Stripe has already been applied; nothing to do."
log = logging.getLogger(__name__)


class NotYetError(Exception):
    """Stripe has not told us yet which session this payment has."""


def settle_one(till: Till) -> bool:
    """The payment that has been due for a look longest. Returns whether there was one."""
    with till.sessions.begin() as session:
        payment = claim(session, Payment, till.worker, Payment.session_id.is_not(None))
    if payment is None:
        return False
    with tending(till.sessions, payment):
        try:
            settle(till, payment.id)
        except GatewayError as error:
            log.warning("payment %s could not be read: %s (%s)", payment.reference, error, error.trouble)
            _look_later(till, payment, error)
    return True


def settle(till: Till, payment_id: int) -> str:
    """Bring the payment up to what Stripe says. Returns the verdict in words.

    Raises GatewayError when Stripe cannot be read, NotYetError when the session is not known yet.
    """
    with till.sessions.begin() as session:
        ticket = take_ticket(session, Payment, payment_id)
        payment = session.get_one(Payment, payment_id)
        events = _waiting(session, payment)
        if payment.session_id is None:
            _ask_again(session, payment_id)
    if payment.session_id is None and payment.intent_id is not None:
        verdict = settle_invoice_payment(till, payment)
        with till.sessions.begin() as session:
            _close(session, [event.id for event in events], verdict)
        return verdict
    if payment.session_id is None:
        raise NotYetError(f"payment {payment.reference} has no session yet")
    facts = facts_of(whole_session(till.gateway, payment.session_id))
    with till.sessions.begin() as session:
        order = lock_order(session, payment.order_id)
        fresh = session.get_one(Payment, payment_id, with_for_update=True, populate_existing=True)
        if ticket > fresh.applied_ticket:
            verdict = settlement.settle(
                Occasion(session, order, fresh, facts, {event.type: event.event_id for event in events})
            )
            fresh.applied(ticket)
        else:
            verdict = OUTRUN
        _close(session, [event.id for event in events], verdict)
    if facts.subscription:
        settle_subscription(till, facts.subscription)
    return verdict


def _waiting(session: Session, payment: Payment) -> list[StripeEvent]:
    """Received events that speak of this payment, as far as its ids are known: this read answers all of them."""
    ids = [name for name in (payment.session_id, payment.intent_id, payment.charge_id) if name]
    mine = or_(StripeEvent.payment_id == payment.id, StripeEvent.object_id.in_(ids))
    return list(
        session.scalars(
            select(StripeEvent)
            .where(mine, StripeEvent.state == EventState.RECEIVED, StripeEvent.type != "charge.refunded")
            .order_by(StripeEvent.id)
        )
    )


def _close(session: Session, event_ids: list[int], verdict: str) -> None:
    for event in session.scalars(
        select(StripeEvent).where(StripeEvent.id.in_(event_ids), StripeEvent.state == EventState.RECEIVED)
    ):
        event.close(EventState.APPLIED, verdict)
        strip_if_erased(session, event)


def _ask_again(session: Session, payment_id: int) -> None:
    wanted = select(StripeCommand).where(
        StripeCommand.payment_id == payment_id,
        StripeCommand.verb == Verb.OPEN_SESSION,
        StripeCommand.state == CommandState.PENDING,
    )
    row = session.scalar(wanted)
    if row is not None:
        row.next_try = now()


def _look_later(till: Till, payment: Payment, error: GatewayError) -> None:
    with till.sessions.begin() as session:
        session.add(payment)
        if error.trouble == Trouble.MISSING:
            payment.done_with()
            payment.last_error = str(error)
        elif not payment.unreachable(str(error)):
            payment.later(settlement.SWEEP)
