"""`/charge`: what is this charge? Who asks reads nothing here; the order's link goes to its buyer's own address."""

import re
from datetime import date, timedelta
from hashlib import sha256

from flask import Response, make_response, redirect, render_template, request, url_for

from storefront.clock import now
from storefront.payments import recognising
from storefront.shopfront.door import blueprint
from storefront.web.database import session
from storefront.web.limits import count, limited
from storefront.web.store import store
from storefront.work import wake

MOST = 24
THE_SAME, EVERYBODY = "3/hour", "60/hour"
"""So often one charge is asked about, and all together: a card's last digits are few enough to be tried one by one."""
FAULTS = {
    "day": "Write the day as your statement has it, within the last eighteen months, for example 2026-11-28.",
    "amount": "Write the amount as on your statement, for example 17.40.",
    "last4": "Write the last four digits of your card, and only those.",
}


@blueprint.get("/charge")
@limited("60/minute")
def charge() -> str:
    """What the shop is called on statements, and the form."""
    return _form({})


@blueprint.post("/charge/questions")
@limited("10/hour")
def ask_about_charge() -> Response:
    """Notes what was asked. Nothing is looked up here, so the answer cannot tell whether somebody bought."""
    given = {name: request.form.get(name, "").strip()[:MOST] for name in FAULTS}
    day = _day(given["day"])
    wrong = {
        "day": day is None,
        "amount": not recognising.readings(given["amount"]),
        "last4": not re.fullmatch(r"[0-9]{4}", given["last4"]),
    }
    if day is None or any(wrong.values()):
        return make_response(_form(given, {name: FAULTS[name] for name, is_wrong in wrong.items() if is_wrong}), 400)
    asked = sha256("|".join(given.values()).encode()).hexdigest()
    count(THE_SAME, "charge", asked)
    count(EVERYBODY, "charge", "everybody")
    recognising.ask(session(), day, given["amount"], given["last4"])
    wake(session().connection())
    session().commit()
    return make_response(redirect(url_for("shopfront.charge_asked_about"), 303))


@blueprint.get("/charge/questions")
@limited("60/minute")
def charge_asked_about() -> str:
    """What to do now; the same for everybody."""
    return render_template("shopfront/charge/asked.html", support_email=store().support_email)


def _form(given: dict[str, str], faults: dict[str, str] | None = None) -> str:
    called, nothing = recognising.called(session()), dict.fromkeys(FAULTS, "")
    given, faults = nothing | given, nothing | (faults or {})
    return render_template("shopfront/charge/form.html", given=given, faults=faults, called=called)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    today = now().date()
    return day if today - recognising.OLDEST <= day <= today + timedelta(days=2) else None
