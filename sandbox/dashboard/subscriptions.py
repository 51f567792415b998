"""Subscriptions, and what a merchant does to one by hand."""

from typing import Any

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.billing.beginning import words
from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import done, door, found
from sandbox.resources import subscriptions as api
from sandbox.wire.routing import Call

_DEEDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "now": (api.cancel, {}),
    "at_period_end": (api.update, {"cancel_at_period_end": True}),
    "undo": (api.update, {"cancel_at_period_end": False}),
    "keep_drafts": (api.update, {"pause_collection": {"behavior": "keep_as_draft"}}),
    "collect": (api.update, {"pause_collection": ""}),
    "pause": (api.pause, {"type": "subscription"}),
    "resume": (api.resume, {}),
}


@door.get("/subscriptions")
def subscriptions() -> str:
    return render_template("dashboard/subscriptions.html", rows=reading.subscriptions(world()))


@door.get("/subscriptions/<subscription_id>")
def subscription(subscription_id: str) -> str:
    return _shown(subscription_id)


@door.post("/subscriptions/<subscription_id>")
def change(subscription_id: str) -> str | Response | tuple[str, int]:
    """One of the deeds that the page's buttons name."""
    name = request.form.get("do", "")
    if name not in _DEEDS:
        abort(400, "Press one of the buttons.")
    does, params = _DEEDS[name]
    thing = found("subscription", subscription_id)
    refusal = done(thing, lambda tx, _thing: does(Call(tx, dict(params), {"id": subscription_id})))
    return (_shown(subscription_id, refusal), 409) if refusal else redirect(f"/subscriptions/{subscription_id}", 303)


def _shown(subscription_id: str, refusal: str | None = None) -> str:
    thing = found("subscription", subscription_id)
    with world().reading(thing["livemode"]) as tx:
        customer = tx.find(thing["customer"])
        names = ", ".join(tx.get(item["price"]["product"])["name"] for item in thing["items"]["data"])
        invoices = [
            one
            for one in tx.all("invoice", customer=thing["customer"])
            if ((one["parent"] or {}).get("subscription_details") or {}).get("subscription") == subscription_id
        ]
    return render_template(
        "dashboard/subscription.html",
        sub=thing,
        customer=customer,
        names=names,
        cost=words(thing),
        invoices=invoices,
        refusal=refusal,
    )
