"""Checkout's pages at /c/<session id>."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox import money
from sandbox.current import world
from sandbox.hosted import choosing, form, promoting, questions, submitting, subscribing
from sandbox.hosted.countries import EVERYWHERE, named
from sandbox.hosted.door import answer, door
from sandbox.paying import taxing
from sandbox.transaction import Thing


@door.get("/c/<session_id>")
def page(session_id: str) -> AnyResponse:
    return _shown(_open(session_id))


@door.post("/c/<session_id>")
def submit(session_id: str) -> AnyResponse:
    return _answered(submitting.pay(world(), session_id, request.form))


@door.post("/c/<session_id>/promotion")
def promotion(session_id: str) -> AnyResponse:
    """The buyer has a code."""
    session = _open(session_id)
    word = request.form.get("promotion_code", "")
    wrong = promoting.promote(world(), session["id"], word)
    if wrong:
        return _shown(session, {"promotion_code": wrong}, request.form)
    return redirect(f"/c/{session_id}", 303)


@door.post("/c/<session_id>/items")
def items(session_id: str) -> AnyResponse:
    """The buyer adds, takes out, or wants another quantity."""
    session = _open(session_id)
    wrong = choosing.change(world(), session["id"], request.form)
    return _shown(session, {"order": wrong}, request.form) if wrong else redirect(f"/c/{session_id}", 303)


@door.get("/c/<session_id>/authentication")
def authentication(session_id: str) -> AnyResponse:
    """The bank's question (3DS)."""
    session = _open(session_id)
    with world().reading(session["livemode"]) as tx:
        intent = tx.find(session.get("_asking"))
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
        saved = submitting.saved_cards(tx, session)
    asked = session["shipping_address_collection"]
    goods = (session["amount_subtotal"] or 0) - (session["total_details"] or {"amount_discount": 0})["amount_discount"]
    return answer(
        "hosted/checkout.html",
        session["success_url"],
        session=session,
        items=[_item(session, one) for one in session["_line_items"]],
        offers=choosing.offers(session),
        rates=rates,
        total=_total(session),
        # One for each way of sending: the style sheet shows the sums of the one that is chosen, without any script.
        sums=_sums(session, goods, rates),
        saved=saved,
        kept_email=form.kept_email(session),
        needs_method=form.needs_method(session),
        wording=_wording(session),
        countries=named(asked["allowed_countries"]) if asked else [],
        everywhere=named(EVERYWHERE) if questions.asks_billing(session) else [],
        names=questions.names_asked(session),
        asks_terms=questions.asks_terms(session),
        asks_news=(session["consent_collection"] or {}).get("promotions") == "auto",
        wrong=wrong or {},
        typed=typed or {},
        said=lambda amount: money.said(amount, session["currency"]),
    )


def _item(session: Thing, item: Thing) -> Thing:
    """An item, whether it may go, and from where to where its quantity may be changed."""
    bounds = item["adjustable_quantity"]
    between = bounds and (choosing.least(session, item), bounds["maximum"])
    return item | {"removable": choosing.removable(session, item), "between": between}


def _sums(session: Thing, goods: int, rates: list[Thing]) -> list[dict[str, int]]:
    """Shipping and total under each rate, tax on top included; the total of the goods alone without any rate."""
    ways = [(rate["id"], rate["fixed_amount"]["amount"]) for rate in rates] or [(None, 0)]
    return [{"shipping": cost, "total": goods + cost + taxing.on_top(session, name, cost)} for name, cost in ways]


def _wording(session: Thing) -> dict[str, str]:
    """What the page calls the deed: heading, button, and what follows later."""
    if session["mode"] == "setup":
        return {"heading": "Save a card", "button": "Save card", "later": "Nothing is charged today."}
    if session["mode"] == "payment":
        return {"heading": "Pay", "button": "Pay", "later": ""}
    recurring = [item for item in session["_line_items"] if item["price"]["recurring"]]
    rhythm = recurring[0]["price"]["recurring"]
    count = rhythm["interval_count"]
    every = rhythm["interval"] if count == 1 else f"{count} {rhythm['interval']}s"
    cost = sum(round(float(item["price"]["unit_amount_decimal"]) * item["quantity"]) for item in recurring)
    price = f"{money.said(cost, session['currency'])} per {every}"
    end = subscribing.trial_end(session, world().clock.now())
    if end is None:
        return {"heading": "Subscribe", "button": "Subscribe", "later": f"Then {price}, until you cancel."}
    day = datetime.fromtimestamp(end, UTC).strftime("%-d %B %Y")
    return {
        "heading": "Try for free",
        "button": "Subscribe and start trial",
        "later": f"Free until {day}, then {price}.",
    }


def _total(session: Thing) -> str:
    return money.said(session["amount_total"], session["currency"]) if session["amount_total"] is not None else ""
