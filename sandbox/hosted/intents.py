"""Where a buyer authenticates for an intent that a shop confirmed itself, and the receipt of a charge."""

from urllib.parse import urlencode, urlsplit

from flask import abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox import money
from sandbox.current import world
from sandbox.hosted.door import answer, door
from sandbox.paying import attempting, setups
from sandbox.transaction import Thing


@door.get("/authenticate/<intent_id>")
def question(intent_id: str) -> Response:
    intent = _waiting(intent_id)
    return answer(
        "hosted/authentication.html",
        str(intent["next_action"]["redirect_to_url"]["return_url"]),
        address=request.full_path,
        total=money.said(intent["amount"], intent["currency"]) if "amount" in intent else "",
    )


@door.post("/authenticate/<intent_id>")
def reply(intent_id: str) -> Response:
    """Back to the shop with what Stripe appends to a return_url."""
    back = _waiting(intent_id)["next_action"]["redirect_to_url"]["return_url"]
    with world().writing(_waiting(intent_id)["livemode"]) as tx:
        intent = tx.get(intent_id)
        if intent["status"] == "requires_action":
            decide = setups.authenticated if intent["object"] == "setup_intent" else attempting.authenticated
            decide(tx, intent, request.form.get("answer") == "complete")
    state = "failed" if intent.get("last_payment_error") or intent.get("last_setup_error") else "succeeded"
    name = intent["object"]
    appended = urlencode({name: intent_id, f"{name}_client_secret": intent["client_secret"], "redirect_status": state})
    return redirect(f"{back}{'&' if urlsplit(back).query else '?'}{appended}", 303)


def _waiting(intent_id: str) -> Thing:
    """The intent that waits for this buyer, who knows its secret."""
    intent = world().thing(intent_id)
    secret = request.args.get("secret")
    if intent is None or secret is None or intent.get("client_secret") != secret or not intent["next_action"]:
        abort(make_response(render_template("hosted/unknown.html"), 404))
    return intent


@door.get("/receipts/<charge_id>")
def receipt(charge_id: str) -> Response:
    charge = world().thing(charge_id)
    if charge is None or charge["object"] != "charge" or charge["status"] != "succeeded":
        return make_response(render_template("hosted/unknown.html"), 404)
    said = money.said(charge["amount"], charge["currency"])
    return answer("hosted/receipt.html", world().settings.url, charge=charge, said=said)
