"""Checkout's pages at /c/<session id>."""

from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import money
from sandbox.current import world
from sandbox.hosted import submitting
from sandbox.hosted.countries import named
from sandbox.hosted.door import answer, door
from sandbox.transaction import Thing


@door.get("/c/<session_id>")
def page(session_id: str) -> AnyResponse:
    return _shown(_open(session_id))


@door.post("/c/<session_id>")
def submit(session_id: str) -> AnyResponse:
    return _answered(submitting.pay(world(), session_id, request.form))


@door.get("/c/<session_id>/authentication")
def authentication(session_id: str) -> AnyResponse:
    """The bank's question (3DS)."""
    session = _open(session_id)
    with world().reading(session["livemode"]) as tx:
        intent = tx.find(session["payment_intent"])
    if session["status"] != "open" or intent is None or intent["status"] != "requires_action":
        return redirect(f"/c/{session_id}", 303)
    return answer(
        "hosted/authentication.html",
        session["success_url"],
        address=f"/c/{session_id}/authentication",
        total=_total(session),
    )


@door.post("/c/<session_id>/authentication")
def authenticate(session_id: str) -> AnyResponse:
    passed = request.form.get("answer") == "complete"
    return _answered(submitting.authenticate(world(), session_id, passed))


def _open(session_id: str) -> Thing:
    with world().reading(session_id.startswith("cs_live_")) as tx:
        session = tx.find(session_id)
    if session is None or session["object"] != "checkout.session":
        abort(make_response(render_template("hosted/unknown.html"), 404))
    return session


def _answered(outcome: submitting.Outcome | None) -> AnyResponse:
    if outcome is None:
        return make_response(render_template("hosted/unknown.html"), 404)
    if outcome.state == "done":
        return redirect(submitting.return_address(outcome.session), 303)
    if outcome.state == "authenticate":
        return redirect(f"/c/{outcome.session['id']}/authentication", 303)
    return _shown(outcome.session, outcome.wrong, request.form)


def _shown(session: Thing, wrong: Any = None, typed: Any = None) -> Response:
    """The page as it stands. A refusal answers 200 too: browsers report every 4xx page as an error of the site."""
    if session["status"] == "open" and session["expires_at"] <= world().clock.now():
        session = session | {"status": "expired"}
    if session["status"] != "open":
        return answer("hosted/over.html", session["success_url"], session=session)
    with world().reading(session["livemode"]) as tx:
        rates = [tx.get(one["shipping_rate"]) for one in session["shipping_options"]]
    asked = session["shipping_address_collection"]
    costs = [rate["fixed_amount"]["amount"] for rate in rates] or [0]
    return answer(
        "hosted/checkout.html",
        session["success_url"],
        session=session,
        items=session["_line_items"],
        rates=rates,
        total=_total(session),
        # One for each way of sending: the style sheet shows the sums of the one that is chosen, without any script.
        sums=[{"shipping": cost, "total": session["amount_subtotal"] + cost} for cost in costs],
        countries=named(asked["allowed_countries"]) if asked else [],
        wrong=wrong or {},
        typed=typed or {},
        said=lambda amount: money.said(amount, session["currency"]),
    )


def _total(session: Thing) -> str:
    return money.said(session["amount_total"], session["currency"])
