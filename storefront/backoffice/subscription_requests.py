"""`/backoffice/subscriptions/<name>/requests`: what Stripe is asked to do with a subscription, after a second look."""

from typing import Any

from flask import abort, redirect, render_template, request

from storefront import pan
from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.backoffice.subscriptions import DEEDS, page_of, subscription_of_merchant
from storefront.subscriptions.asking import NotPossibleError, ask, look_into, possible
from storefront.subscriptions.request import Deed
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake

LONGEST = 300


@blueprint.get("/subscriptions/<name>/requests/<deed>")
def confirm_request(name: str, deed: str) -> Any:
    """What will follow, before it is asked for."""
    row = subscription_of_merchant(name)
    if deed not in set(Deed):
        abort(404)
    if deed not in possible(row):
        why = "It does not stand any more as you saw it. Look at it again."
        raise Refusal(409, "This cannot be done now", why, link=("Back to the subscription", page_of(row)))
    return render_template("backoffice/subscriptions/request.html", row=row, deed=deed, deeds=DEEDS)


@blueprint.post("/subscriptions/<name>/requests")
def ask_for(name: str) -> Any:
    """Asks; the cashier carries it out. Pressed twice, it is asked once."""
    row = subscription_of_merchant(name)
    back = ("Back to the subscription", page_of(row))
    deed, note = request.form.get("deed", ""), " ".join(request.form.get("note", "").split())
    if deed not in set(Deed):
        abort(404)
    if len(note) > LONGEST or pan.found(note):
        raise Refusal(422, "Nothing was done", "A note is short, and never holds a card number.", link=back)
    try:
        ask(session(), row, Deed(deed), me().name, note)
    except NotPossibleError as error:
        raise Refusal(409, "This cannot be done now", str(error), link=back) from error
    wake(session().connection())
    session().commit()
    return redirect(page_of(row), 303)


@blueprint.post("/subscriptions/<name>/resolution")
def resolve_subscription(name: str) -> Any:
    """Somebody looked into what was wrong: the flag goes, the timeline remembers who took it down."""
    row = subscription_of_merchant(name)
    if row.attention:
        look_into(session(), row, me().name)
        session().commit()
    return redirect(page_of(row), 303)
