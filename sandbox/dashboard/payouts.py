"""The balance of test money, and payouts of it."""

from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox import money
from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import door
from sandbox.errors import StripeError
from sandbox.resources import payouts as api
from sandbox.wire.routing import Call


@door.get("/payouts")
def payouts() -> str:
    return _shown()


@door.post("/payouts")
def pay_out() -> str | Response | tuple[str, int]:
    """All that is available of a currency, or the amount that was written."""
    currency, text = request.form.get("currency", ""), request.form.get("amount", "").strip()
    try:
        with world().writing() as tx:
            amount = money.written(text, currency) if text else api.available(tx, currency)
            api.create(Call(tx, {"amount": amount, "currency": currency}))
    except (StripeError, ValueError) as refusal:
        return _shown(str(refusal)), 409
    return redirect("/payouts", 303)


def _shown(refusal: str | None = None) -> str:
    here = world()
    with here.reading() as tx:
        sums: dict[str, Any] = {one: dict.fromkeys(("available", "pending"), 0) for one in api.currencies(tx)}
        for entry in tx.all("balance_transaction"):
            sums[entry["currency"]][entry["status"]] += entry["net"]
    return render_template(
        "dashboard/payouts.html",
        sums=sums,
        payouts=reading.recent(here, "payout"),
        entries=reading.recent(here, "balance_transaction", 40),
        refusal=refusal,
    )
