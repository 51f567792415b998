"""The customer portal's addresses below /p/, without a script (STRIPE.md section 9)."""

from flask import redirect, request
from werkzeug.wrappers import Response

from sandbox.hosted import form, portal_deeds, portal_details, portal_plans
from sandbox.hosted.door import door
from sandbox.hosted.portal_pages import OF_CUSTOMER, OF_SUBSCRIPTION, done, first, home, page
from sandbox.hosted.portal_session import Visit, visit
from sandbox.paying import methods
from sandbox.transaction import Thing


@door.get("/p/session/<secret>")
def portal(secret: str) -> Response:
    with visit(secret) as at:
        return first(at)


@door.get("/p/session/<secret>/<deed>")
@door.get("/p/session/<secret>/<deed>/<subscription_id>")
def ask(secret: str, deed: str, subscription_id: str | None = None) -> Response:
    with visit(secret) as at:
        if deed not in (OF_SUBSCRIPTION if subscription_id else OF_CUSTOMER):
            return redirect(at.url, 303)
        return page(at, deed, at.subscription(subscription_id) if subscription_id else None)


@door.post("/p/session/<secret>/card")
def change_card(secret: str) -> Response:
    with visit(secret) as at:
        if request.form.get("saved"):
            portal_deeds.use_card(at, request.form["saved"])
            return done(at, "Your card has been changed.")
        typed = form.read_card(request.form, at.tx.now)
        if typed.wrong or typed.card is None:
            return page(at, "card", None, typed.wrong)
        details = {"email": at.customer["email"], "name": typed.name}
        intent = portal_deeds.keep_card(at, methods.from_card(at.tx, typed.card, typed.expiry, details))
        if intent["status"] == "requires_action":
            return redirect(intent["next_action"]["redirect_to_url"]["url"], 303)
        if intent["last_setup_error"]:
            return page(at, "card", None, {"card": intent["last_setup_error"]["message"]})
        return done(at, "Your card has been changed.")


@door.post("/p/session/<secret>/details")
def change_details(secret: str) -> Response:
    with visit(secret) as at:
        wrong = portal_details.change(at, request.form)
        return page(at, "details", None, wrong) if wrong else done(at, "Your details have been changed.")


@door.post("/p/session/<secret>/invoices/<invoice_id>")
def pay_invoice(secret: str, invoice_id: str) -> Response:
    with visit(secret) as at:
        invoice = at.tx.find(invoice_id)
        if invoice is None or invoice["object"] != "invoice":
            return redirect(at.url, 303)
        intent = portal_deeds.pay(at, invoice)
        if intent["status"] == "requires_action":
            return redirect(intent["next_action"]["redirect_to_url"]["url"], 303)
        if intent["last_payment_error"]:
            return home(at, intent["last_payment_error"]["message"])
        return redirect(at.url, 303)


@door.post("/p/session/<secret>/<deed>/<subscription_id>")
def act(secret: str, deed: str, subscription_id: str) -> Response:
    with visit(secret) as at:
        subscription = at.subscription(subscription_id)
        does = {"cancel": _cancel, "plan": _change_plan, "pause": _pause, "retain": _retain}.get(deed)
        if does:
            return done(at, does(at, subscription))
        {"stay": portal_deeds.stay, "resume": portal_deeds.resume}.get(deed, _nothing)(at, subscription)
        return redirect(at.url, 303)


def _cancel(at: Visit, subscription: Thing) -> str:
    given = request.form.get("feedback", "")
    known = given in at.features["subscription_cancel"]["cancellation_reason"]["options"]
    portal_deeds.cancel(at, subscription, given if known else "", request.form.get("comment", "").strip())
    return "Your subscription has been canceled."


def _change_plan(at: Visit, subscription: Thing) -> str:
    present = subscription["items"]["data"][0]["quantity"]
    quantity = request.form.get("quantity", present, type=int)
    portal_plans.change_plan(at, subscription, request.form.get("price", ""), quantity)
    return "Your plan has been changed."


def _pause(at: Visit, subscription: Thing) -> str:
    portal_deeds.pause(at, subscription, request.form.get("duration", -1, type=int))
    return "Your subscription is paused."


def _retain(at: Visit, subscription: Thing) -> str:
    portal_deeds.retain(at, subscription)
    return "Thank you for staying. The discount counts from your next invoice."


def _nothing(_at: Visit, _subscription: Thing) -> None:
    """An address that nobody links to."""
