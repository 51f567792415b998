"""`/backoffice/events`: every event that Stripe told the shop of, and what became of it."""

import json
from typing import Any

from flask import Response, abort, redirect, render_template, request

from storefront.backoffice.door import blueprint
from storefront.backoffice.paging import before, chosen
from storefront.inbox.event import EventState, StripeEvent
from storefront.inbox.refusal import recent_refusals
from storefront.orders.order import Order
from storefront.payments.payment import Payment
from storefront.reports import waiting
from storefront.web.database import session
from storefront.work import wake

STATES = {"": "All", **{state.value: state.value.capitalize() for state in EventState}}
REASONS = {
    "unset": "while no signing secret was set here: nothing can be believed without one",
    "signature": "signed with another secret, or not from Stripe at all: compare the signing secret with the endpoint's at Stripe",
    "clock": "signed too long ago: check this machine's clock",
    "malformed": "signed, but no event that the shop can read",
    "mode": "of the other mode: test events at a live shop, or the other way round",
}


def event_of_merchant(event_id: str) -> StripeEvent:
    """404 if there is none."""
    event = waiting.event_with(session(), event_id)
    if event is None:
        abort(404)
    return event


@blueprint.get("/events")
def events() -> Any:
    """Newest first."""
    state, kind = chosen("state", STATES), request.args.get("q", "").strip()[:100]
    listed = waiting.events(session(), state=state, kind=kind, before=before())
    refusals = [(row, REASONS.get(row.reason, row.reason)) for row in recent_refusals(session())]
    return render_template(
        "backoffice/events/list.html", listed=listed, states=STATES, state=state, kind=kind, refusals=refusals
    )


@blueprint.get("/events/<event_id>")
def event(event_id: str) -> Any:
    """What it said, and what came of it."""
    found = event_of_merchant(event_id)
    payment = session().get(Payment, found.payment_id) if found.payment_id else None
    order = session().get(Order, payment.order_id) if payment else None
    return render_template("backoffice/events/event.html", event=found, order=order, body=_pretty(found.body))


@blueprint.get("/events/<event_id>/raw")
def raw_event(event_id: str) -> Any:
    """The JSON as Stripe sent it, card numbers masked."""
    return Response(event_of_merchant(event_id).body, mimetype="application/json")


@blueprint.post("/events/<event_id>/tries")
def try_event(event_id: str) -> Any:
    """Apply it again. That is always safe: what is so already stays so."""
    found = event_of_merchant(event_id)
    found.state = EventState.RECEIVED
    found.due_now()
    wake(session().connection())
    session().commit()
    return redirect(f"/backoffice/events/{event_id}", 303)


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
