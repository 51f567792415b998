"""The customer portal's pages below /p/, without a script (STRIPE.md section 9)."""

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from sandbox import money
from sandbox.billing.beginning import words
from sandbox.current import world
from sandbox.hosted import form, portal_deeds
from sandbox.hosted.door import answer, door
from sandbox.hosted.portal_session import Visit, visit
from sandbox.paying import methods
from sandbox.transaction import Thing

_PAGES = {
    "payment_method_update": "card",
    "subscription_cancel": "cancel",
    "subscription_pause": "pause",
    "subscription_update": "plan",
    "subscription_update_confirm": "plan",
}


@door.get("/p/session/<secret>")
def portal(secret: str) -> Response:
    """The first page, or the one deed that a deep link leads to."""
    with visit(secret) as at:
        flow = at.session["flow"]
        if flow and not at.session.get("_done"):
            named = (flow.get(flow["type"]) or {}).get("subscription")
            return _page(at, _PAGES[flow["type"]], at.subscription(named) if named else None)
        return _home(at)


@door.get("/p/session/<secret>/<deed>")
@door.get("/p/session/<secret>/<deed>/<subscription_id>")
def ask(secret: str, deed: str, subscription_id: str | None = None) -> Response:
    with visit(secret) as at:
        if deed not in ("card", "cancel", "pause", "plan") or (deed != "card") != bool(subscription_id):
            return redirect(at.url, 303)
        return _page(at, deed, at.subscription(subscription_id) if subscription_id else None)


@door.post("/p/session/<secret>/card")
def change_card(secret: str) -> Response:
    with visit(secret) as at:
        if request.form.get("saved"):
            portal_deeds.use_card(at, request.form["saved"])
            return _done(at, "Your card has been changed.")
        typed = form.read_card(request.form, at.tx.now)
        if typed.wrong or typed.card is None:
            return _page(at, "card", None, typed.wrong)
        details = {"email": at.customer["email"], "name": typed.name}
        intent = portal_deeds.keep_card(at, methods.from_card(at.tx, typed.card, typed.expiry, details))
        if intent["status"] == "requires_action":
            return redirect(intent["next_action"]["redirect_to_url"]["url"], 303)
        if intent["last_setup_error"]:
            return _page(at, "card", None, {"card": intent["last_setup_error"]["message"]})
        return _done(at, "Your card has been changed.")


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
            return _home(at, intent["last_payment_error"]["message"])
        return redirect(at.url, 303)


@door.post("/p/session/<secret>/<deed>/<subscription_id>")
def act(secret: str, deed: str, subscription_id: str) -> Response:
    with visit(secret) as at:
        subscription = at.subscription(subscription_id)
        if deed == "cancel":
            said = request.form.get("comment", "").strip()
            portal_deeds.cancel(at, subscription, _feedback(at), said)
            return _done(at, "Your subscription has been canceled.")
        if deed == "plan":
            portal_deeds.change_plan(at, subscription, request.form.get("price", ""))
            return _done(at, "Your plan has been changed.")
        if deed == "pause":
            portal_deeds.pause(at, subscription)
            return _done(at, "Your subscription is paused.")
        {"stay": portal_deeds.stay, "resume": portal_deeds.resume}.get(deed, _nothing)(at, subscription)
        return redirect(at.url, 303)


def _nothing(_at: Visit, _subscription: Thing) -> None:
    """An address that nobody links to."""


def _feedback(at: Visit) -> str:
    given = request.form.get("feedback", "")
    return given if given in at.features["subscription_cancel"]["cancellation_reason"]["options"] else ""


def _home(at: Visit, refused: str | None = None) -> Response:
    default = at.customer["invoice_settings"]["default_payment_method"]
    rows = [_row(at, one) for one in portal_deeds.subscriptions(at)]
    card = at.tx.find(default or next((one["sub"]["default_payment_method"] for one in rows), None))
    return answer(
        "hosted/portal.html",
        at.back,
        at=at,
        rows=rows,
        card=card,
        refused=refused,
        invoices=portal_deeds.invoices(at) if at.features["invoice_history"]["enabled"] else [],
        said=money.said,
    )


def _row(at: Visit, subscription: Thing) -> dict[str, Any]:
    items = subscription["items"]["data"]
    names = ", ".join(at.tx.get(item["price"]["product"])["name"] for item in items)
    offers = portal_deeds.offers(at, subscription)
    return {"sub": subscription, "names": names, "cost": words(subscription), "end": items[0]["current_period_end"],
            "offers": offers}  # fmt: skip


def _page(at: Visit, deed: str, subscription: Thing | None, wrong: dict[str, str] | None = None) -> Response:
    flow = at.session["flow"] or {}
    asked = (flow.get("subscription_update_confirm") or {}).get("items") or [{}]
    prices = portal_deeds.offers(at, subscription) if subscription else []
    plans = [(one, at.tx.get(one["product"])["name"]) for one in prices]
    return answer(
        f"hosted/portal_{deed}.html",
        at.back,
        at=at,
        row=_row(at, subscription) if subscription else None,
        cards=portal_deeds.cards(at),
        plans=plans,
        asked=asked[0].get("price"),
        wrong=wrong or {},
        typed=request.form,
        said=money.said,
    )


def _done(at: Visit, sentence: str) -> Response:
    """Back to the first page, to the shop, or to a word of confirmation, as the deep link asked."""
    flow = at.session["flow"]
    if flow is None or at.session.get("_done"):
        return redirect(at.url, 303)
    at.session["_done"] = True
    at.tx.put(at.session)
    after = flow["after_completion"]
    if after["type"] == "redirect" and after["redirect"]:
        return redirect(after["redirect"]["return_url"], 303)
    if after["type"] == "hosted_confirmation":
        message = (after["hosted_confirmation"] or {}).get("custom_message")
        return answer("hosted/portal_done.html", at.back, at=at, sentence=sentence, message=message)
    return redirect(at.url, 303)


@door.get("/i/<invoice_id>")
def invoice_page(invoice_id: str) -> Response:
    """What hosted_invoice_url leads to."""
    invoice = world().thing(invoice_id)
    if invoice is None or invoice["object"] != "invoice" or invoice["status"] == "draft":
        return answer("hosted/portal_over.html", world().settings.url, back=None)
    return answer("hosted/invoice.html", world().settings.url, invoice=invoice, said=money.said)
