"""`/backoffice/disputes/<dispute_id>/answers`: the evidence is put ready, sent to the bank, or the dispute accepted."""

from typing import Any

from flask import abort, redirect, request
from sqlalchemy.exc import IntegrityError

from storefront.backoffice.access import fresh, me
from storefront.backoffice.disputes import dispute_of_merchant, packet_now, page_of_dispute, show_dispute
from storefront.backoffice.door import blueprint
from storefront.evidence.answer import AnswerKind
from storefront.evidence.answering import AnswerError, accept, send
from storefront.orders.order import Order
from storefront.payments.dispute import Dispute
from storefront.web.database import session
from storefront.work import wake


@blueprint.post("/disputes/<dispute_id>/answers")
@fresh
def answer(dispute_id: str) -> Any:
    """What is for good wants the order's number typed. Of two who press at once one is told who was faster."""
    dispute, order = dispute_of_merchant(dispute_id)
    try:
        _answer(dispute, order)
        session().flush()
    except AnswerError as error:
        session().rollback()
        return show_dispute(*dispute_of_merchant(dispute_id), str(error), 409)
    except IntegrityError:
        session().rollback()
        return show_dispute(*dispute_of_merchant(dispute_id), "Somebody was a moment faster; look again.", 409)
    wake(session().connection())
    session().commit()
    return redirect(page_of_dispute(dispute), 303)


def _answer(dispute: Dispute, order: Order) -> None:
    kind = request.form.get("kind", "")
    if kind not in set(AnswerKind):
        abort(400)
    typed = request.form.get("confirmation", "").strip().upper().removeprefix("#")
    if kind != AnswerKind.STAGED and typed != order.number:
        raise AnswerError(f"Type the order's number, {order.number}, to confirm: this cannot be undone.")
    if kind == AnswerKind.ACCEPTED:
        accept(session(), order, dispute, by=me().name)
    else:
        seen = request.form.get("seen", "")
        send(session(), order, dispute, packet_now(dispute), AnswerKind(kind), by=me().name, seen=seen)
