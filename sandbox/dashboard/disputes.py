"""Disputes, and the bank's word on them by a button; a charge disputed by hand."""

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.control.disputes import VERDICTS
from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import done, door, found
from sandbox.paying import disputing
from sandbox.transaction import Thing

# What the bank may say of a dispute in each status, as its buttons say it; only what the sandbox knows is shown.
_CHARGEBACK = (("won", "The shop wins"), ("lost", "The shop loses"), ("prevented", "It is withdrawn in time"))
_INQUIRY = (("closed", "The bank closes it"), ("escalated", "The bank takes the money"), ("prevented", "It is settled"))
_LATE = {"won": (("appealed", "The cardholder appeals"),), "lost": (("won", "The bank turns round: won"),)}
REASONS = (
    "fraudulent",
    "product_not_received",
    "product_unacceptable",
    "duplicate",
    "subscription_canceled",
    "general",
)


@door.get("/disputes")
def disputes() -> str:
    here = world()
    rows = [(one, _words_for(one)) for one in reading.recent(here, "dispute", reading.MOST)]
    warnings = reading.recent(here, "radar.early_fraud_warning")
    return render_template("dashboard/disputes.html", rows=rows, warnings=warnings, closed=disputing.CLOSED)


@door.post("/disputes/<dispute_id>")
def decide(dispute_id: str) -> Response:
    verdict = request.form.get("decide", "")
    dispute = found("dispute", dispute_id)
    if verdict not in VERDICTS:
        abort(400, "The bank cannot say this.")
    done(dispute, lambda tx, one: disputing.decide(tx, one, verdict))
    return redirect(f"/disputes#{dispute_id}", 303)


@door.post("/payments/<intent_id>/disputes")
def dispute(intent_id: str) -> Response:
    """The cardholder complains of a payment."""
    intent, reason = found("payment_intent", intent_id), request.form.get("reason", "")
    charge = found("charge", intent["latest_charge"] or "")
    if charge["disputed"] or not charge["captured"] or charge["refunded"] or reason not in REASONS:
        abort(409, "Only money that was taken, and is neither given back nor disputed, can be disputed.")
    done(charge, lambda tx, one: disputing.begin(tx, one, reason, request.form.get("inquiry") == "yes"))
    return redirect("/disputes", 303)


def _words_for(dispute: Thing) -> list[tuple[str, str]]:
    offered: tuple[tuple[str, str], ...]
    if dispute["status"] in disputing.CLOSED:
        offered = _LATE.get(dispute["status"], ()) if "appealed" in VERDICTS else ()
    else:
        offered = _INQUIRY if disputing.is_inquiry(dispute) else _CHARGEBACK
    return [one for one in offered if one[0] in VERDICTS]
