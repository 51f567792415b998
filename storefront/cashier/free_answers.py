"""What follows from Stripe's answer to a command that is about no payment: a plan's price, a customer, a subscription."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.cashier import buyers_customer
from storefront.cashier.gateway import GatewayError
from storefront.payments.command import CommandState, StripeCommand, Verb
from storefront.subscriptions import asking

Json = dict[str, Any]
OF_SUBSCRIPTIONS = (Verb.UPDATE_SUBSCRIPTION, Verb.CANCEL_SUBSCRIPTION, Verb.RESUME_SUBSCRIPTION)


def is_free(session: Session, command_id: int) -> bool:
    """Whether it is about no payment."""
    return session.get_one(StripeCommand, command_id).payment_id is None


def done(session: Session, command_id: int, answer: Json) -> None:
    """Keep the answer, once."""
    row = _locked(session, command_id)
    if row.state != CommandState.PENDING:
        return
    row.answer(CommandState.DONE, answer)
    if row.verb == Verb.MAKE_CUSTOMER:
        buyers_customer.keep(session, row)
    if row.verb in OF_SUBSCRIPTIONS:
        asking.answered(session, row)


def refused(session: Session, command_id: int, state: CommandState, error: GatewayError) -> None:
    """Stripe will not do it."""
    row = _locked(session, command_id)
    if row.state != CommandState.PENDING:
        return
    row.answer(state, {"error": {"message": str(error), "code": error.code, "request_id": error.request_id}})
    row.last_error = str(error)
    if row.verb in OF_SUBSCRIPTIONS:
        asking.answered(session, row, str(error))


def _locked(session: Session, command_id: int) -> StripeCommand:
    return session.get_one(StripeCommand, command_id, with_for_update=True, populate_existing=True)
