"""`/backoffice/letters`: what was sent to buyers, and what could not be."""

from typing import Any

from flask import abort, redirect, render_template

from storefront.backoffice.door import blueprint
from storefront.backoffice.paging import before, chosen
from storefront.orders.order import Order
from storefront.outbox.letter import Letter, LetterState
from storefront.reports import waiting
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake

HERE = "/backoffice/letters"
STATES = {"": "All", **{state.value: state.value.capitalize() for state in LetterState}}


@blueprint.get("/letters")
def letters() -> Any:
    """Newest first."""
    state = chosen("state", STATES)
    listed = waiting.letters(session(), state=state, before=before())
    return render_template("backoffice/letters.html", listed=listed, states=STATES, state=state)


@blueprint.post("/letters/<int:letter_id>/tries")
def try_letter(letter_id: int) -> Any:
    """Send it now. A letter that was sent is not sent again."""
    letter = session().get(Letter, letter_id, with_for_update=True)
    if letter is None:
        abort(404)
    order = session().get(Order, letter.order_id) if letter.order_id else None
    back = f"/backoffice/orders/{order.number}" if order else HERE
    if letter.state == LetterState.SENT:
        raise Refusal(409, "This letter was sent already", "It is not sent a second time.", link=("Back", back))
    letter.state = LetterState.QUEUED
    letter.due_now()
    wake(session().connection())
    session().commit()
    return redirect(back, 303)
