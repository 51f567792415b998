"""What follows from Stripe's answer to a command, in the transaction that keeps the answer."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cashier import buyers_customer, dispute_answers, free_answers
from storefront.cashier.gateway import GatewayError
from storefront.cashier.refunds_settling import facts_of
from storefront.cashier.till import Till
from storefront.clock import now
from storefront.orders.order import Order, OrderState, lock_order
from storefront.orders.timeline import tell
from storefront.payments import returning, settlement
from storefront.payments.closing import CANCELLED, REVISED
from storefront.payments.command import CommandState, StripeCommand, Verb, command
from storefront.payments.payment import Payment, PaymentState
from storefront.payments.refund import Refund

Json = dict[str, Any]


def done(till: Till, command_id: int, answer: Json) -> None:
    """Keep the answer; again, or after somebody else kept one, changes nothing."""
    with till.sessions.begin() as session:
        if free_answers.is_free(session, command_id):
            free_answers.done(session, command_id, answer)
            return
        row, order, payment = _locked(session, command_id)
        if row.state != CommandState.PENDING:
            return
        row.answer(CommandState.DONE, answer)
        if row.verb == Verb.OPEN_SESSION:
            _opened(session, order, payment, answer)
        elif row.verb == Verb.REFUND:
            returning.mirror(session, order, payment.id, facts_of(answer))
        elif row.verb in dispute_answers.VERBS:
            dispute_answers.done(session, row, answer)
        else:
            payment.due_now()


def refused(till: Till, command_id: int, state: CommandState, error: GatewayError) -> None:
    """Stripe will not do it. The order says so, and the payment is read again."""
    with till.sessions.begin() as session:
        if free_answers.is_free(session, command_id):
            free_answers.refused(session, command_id, state, error)
            return
        row, order, payment = _locked(session, command_id)
        if row.state != CommandState.PENDING:
            return
        row.answer(state, {"error": {"message": str(error), "code": error.code, "request_id": error.request_id}})
        row.last_error = str(error)
        if row.verb == Verb.OPEN_SESSION:
            payment.state = PaymentState.FAILED
            payment.done_with()
            if buyers_customer.is_gone(error):
                row.response = {**(row.response or {}), "customer_gone": True}
                buyers_customer.forget(session, row.parameters["customer"], till.settings.store_id)
            return
        if row.verb == Verb.REFUND:
            _not_refunded(session, order, row, error)
            return
        if row.verb in dispute_answers.VERBS:
            dispute_answers.refused(session, order, row, str(error))
            return
        payment.due_now()
        if row.verb in (Verb.CAPTURE, Verb.RELEASE):
            why = f"Stripe refused to {row.verb} {payment.money(payment.capturable)}: {error}"
            if tell(session, order.id, f"refused:{row.idempotency_key}", why, "stripe", public=False):
                order.attention = why


def _not_refunded(session: Session, order: Order, row: StripeCommand, error: GatewayError) -> None:
    refund = session.scalars(select(Refund).where(Refund.reference == row.reference)).one()
    if row.state == CommandState.REFUSED:
        returning.refuse(session, order, refund, str(error))
    else:
        order.attention = f"Whether {refund.money(refund.amount)} was refunded is not known: {error}"


def _locked(session: Session, command_id: int) -> tuple[StripeCommand, Order, Payment]:
    known = session.get_one(StripeCommand, command_id)
    order_id = session.get_one(Payment, known.payment_id).order_id
    order = lock_order(session, order_id)
    row = session.get_one(StripeCommand, command_id, with_for_update=True, populate_existing=True)
    payment = session.get_one(Payment, known.payment_id, with_for_update=True, populate_existing=True)
    return row, order, payment


def _opened(session: Session, order: Order, payment: Payment, answer: Json) -> None:
    payment.session_id = answer["id"]
    payment.session_expires_at = datetime.fromtimestamp(answer["expires_at"], UTC)
    if payment.state == PaymentState.REQUESTED:
        payment.state, payment.page_url = PaymentState.OPEN, answer.get("url") or ""
        payment.next_try = now() + settlement.SWEEP
    order.expires_at = None
    if order.state != OrderState.OPEN or payment.release_reason in (CANCELLED, REVISED):
        command(session, Verb.EXPIRE_SESSION, payment.reference, {"session": answer["id"]}, payment.id)
