"""Payments: the newest, one with its story, and what a merchant does to it by hand."""

from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox import money
from sandbox.control.totals import totals
from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.coming import coming
from sandbox.dashboard.disputes import REASONS as COMPLAINTS
from sandbox.dashboard.door import done, door, found
from sandbox.mail import letters
from sandbox.resources import payment_intents, refunds
from sandbox.transaction import Thing, Transaction
from sandbox.wire.routing import Call

Answer = str | Response | tuple[str, int]
REASONS = ("requested_by_customer", "duplicate", "fraudulent")


@door.get("/")
def home() -> str:
    here = world()
    limit = reading.limit(request.args.get("limit", type=int))
    return render_template(
        "dashboard/payments.html",
        payments=reading.payments(here, limit),
        totals=totals(here.store),
        letters=letters.count(here.store),
        more=min(reading.MOST, limit * 2),
        coming=coming(here)[:1],
    )


@door.get("/payments/<intent_id>")
def payment(intent_id: str) -> Answer:
    return _shown(intent_id)


@door.post("/payments/<intent_id>/capture")
def capture(intent_id: str) -> Answer:
    """All of it, or the amount that was written."""

    def deed(tx: Transaction, intent: Thing) -> None:
        params: Any = _amount(intent["currency"], "amount_to_capture")
        payment_intents.capture(Call(tx, params, {"id": intent_id}))

    return _answered(intent_id, deed)


@door.post("/payments/<intent_id>/cancellation")
def cancel(intent_id: str) -> Answer:
    return _answered(intent_id, lambda tx, _intent: payment_intents.cancel(Call(tx, {}, {"id": intent_id})))


@door.post("/payments/<intent_id>/refunds")
def refund(intent_id: str) -> Answer:
    """All that is left, or the amount that was written."""

    def deed(tx: Transaction, intent: Thing) -> None:
        reason = request.form.get("reason")
        params: Any = {"payment_intent": intent_id, **({"reason": reason} if reason in REASONS else {})}
        refunds.create(Call(tx, params | _amount(intent["currency"], "amount")))

    return _answered(intent_id, deed)


def _amount(currency: str, name: str) -> dict[str, int]:
    text = request.form.get("amount", "").strip()
    return {name: money.written(text, currency)} if text else {}


def _answered(intent_id: str, deed: Any) -> Answer:
    refusal = done(found("payment_intent", intent_id), deed)
    if refusal:
        return _shown(intent_id, refusal), 409
    return redirect(f"/payments/{intent_id}", 303)


def _shown(intent_id: str, refusal: str | None = None) -> str:
    intent = found("payment_intent", intent_id)
    here = world()
    with here.reading(intent["livemode"]) as tx:
        charges, charge = tx.all("charge", payment_intent=intent_id), tx.find(intent["latest_charge"])
        shown = {
            "refunds": tx.all("refund", payment_intent=intent_id),
            "disputes": tx.all("dispute", payment_intent=intent_id),
            "customer": tx.find(intent["customer"]),
            "session": tx.find(intent.get("_session")),
            "method": tx.find(intent["payment_method"]),
        }
    return render_template(
        "dashboard/payment.html",
        intent=intent,
        charge=charge,
        charges=charges,
        stands=reading.state_of(intent, charge),
        events=reading.events_about(here, intent_id, *(one["id"] for one in charges)),
        refusal=refusal,
        reasons=REASONS,
        complaints=COMPLAINTS,
        **shown,
    )
