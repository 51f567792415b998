"""What follows from Stripe's answers to the commands of a dispute: files, evidence, accepting."""

from typing import Any

from sqlalchemy.orm import Session

from storefront.evidence.answer import AnswerState, DisputeAnswer, answer_with, file_with
from storefront.evidence.answering import go_on, refuse
from storefront.orders.order import Order
from storefront.payments.command import StripeCommand, Verb
from storefront.payments.dispute import Dispute

Json = dict[str, Any]
VERBS = (Verb.UPLOAD_EVIDENCE, Verb.STAGE_EVIDENCE, Verb.SUBMIT_EVIDENCE, Verb.ACCEPT_DISPUTE)


def done(session: Session, row: StripeCommand, answer: Json) -> None:
    """The order is locked. The dispute itself is read anew: its answer is only a hint, as everything."""
    given, dispute = _of(session, row)
    if row.verb == Verb.UPLOAD_EVIDENCE:
        file = file_with(session, row.reference)
        if file is not None:
            file.stripe_id = answer["id"]
        session.flush()
        session.refresh(given, ["files"])
        go_on(session, dispute, given)
        return
    given.state = AnswerState.DONE
    dispute.due_now()


def refused(session: Session, order: Order, row: StripeCommand, why: str) -> None:
    """The order is locked."""
    given, dispute = _of(session, row)
    refuse(session, order, given, why)
    dispute.due_now()


def _of(session: Session, row: StripeCommand) -> tuple[DisputeAnswer, Dispute]:
    file = file_with(session, row.reference) if row.verb == Verb.UPLOAD_EVIDENCE else None
    given = session.get_one(DisputeAnswer, file.answer_id) if file else answer_with(session, row.reference)
    if given is None:
        raise LookupError(f"command {row.id} is about no answer")
    return given, session.get_one(Dispute, given.dispute_id, with_for_update=True)
