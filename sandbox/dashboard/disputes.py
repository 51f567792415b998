"""Disputes, and the bank's word on them by a button."""

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.control.disputes import VERDICTS
from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import door
from sandbox.money import said
from sandbox.paying import disputing


@door.get("/disputes")
def disputes() -> str:
    found = reading.recent(world(), "dispute")
    warnings = reading.recent(world(), "radar.early_fraud_warning")
    return render_template(
        "dashboard/disputes.html", disputes=found, warnings=warnings, said=said, closed=disputing.CLOSED
    )


@door.post("/disputes/<dispute_id>")
def decide(dispute_id: str) -> Response:
    dispute, verdict = world().thing(dispute_id), request.form.get("decide", "")
    if dispute is None or dispute["object"] != "dispute" or verdict not in VERDICTS:
        abort(404, "There is no such dispute. The sandbox may have been reset since.")
    with world().writing(dispute["livemode"]) as tx:
        disputing.decide(tx, tx.get(dispute_id), verdict)
    return redirect(f"/disputes#{dispute_id}", 303)
