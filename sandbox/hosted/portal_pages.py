"""The portal's pages as they are drawn, and where a visitor goes who has done what he came for."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from sandbox import money
from sandbox.billing.beginning import words
from sandbox.hosted import portal_deeds, portal_details, portal_plans
from sandbox.hosted.countries import EVERYWHERE, named
from sandbox.hosted.door import answer
from sandbox.hosted.portal_session import Visit
from sandbox.transaction import Thing

# Pages that are about the customer, and those that are about one subscription.
OF_CUSTOMER, OF_SUBSCRIPTION = ("card", "details"), ("cancel", "pause", "plan")
_FLOWS = {
    "customer_update": "details",
    "payment_method_update": "card",
    "subscription_cancel": "cancel",
    "subscription_pause": "pause",
    "subscription_update": "plan",
    "subscription_update_confirm": "plan",
}


def first(at: Visit) -> Response:
    """The first page, or the one deed that a deep link leads to."""
    flow = at.session["flow"]
    if not flow or at.session.get("_done"):
        return home(at)
    subscription = (flow.get(flow["type"]) or {}).get("subscription")
    return page(at, _FLOWS[flow["type"]], at.subscription(subscription) if subscription else None)


def home(at: Visit, refused: str | None = None) -> Response:
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
        changes_details=bool(portal_details.allowed(at)),
        invoices=portal_deeds.invoices(at) if at.features["invoice_history"]["enabled"] else [],
        said=money.said,
    )


def page(at: Visit, deed: str, subscription: Thing | None, wrong: Mapping[str, str] | None = None) -> Response:
    """One deed's form; what was typed stands in it again where something is wrong."""
    return answer(
        f"hosted/portal_{deed}.html",
        at.back,
        at=at,
        row=_row(at, subscription) if subscription else None,
        wrong=wrong or {},
        typed=request.form,
        said=money.said,
        **(_of_subscription(at, subscription) if subscription else _of_customer(at)),
    )


def _of_customer(at: Visit) -> dict[str, Any]:
    typed = request.form if request.method == "POST" else portal_details.shown(at.customer)
    fields = portal_details.allowed(at)
    return {"cards": portal_deeds.cards(at), "fields": fields, "details": typed, "countries": named(EVERYWHERE)}


def _of_subscription(at: Visit, subscription: Thing) -> dict[str, Any]:
    prices = portal_plans.offers(at, subscription)
    retention = portal_deeds.retention(at)
    asked = portal_plans.confirming(at)
    return {
        "plans": [(one, at.tx.get(one["product"])["name"]) for one in prices],
        "asked": asked["items"][0] if asked else None,
        "quantities": portal_plans.quantities(at, subscription),
        "pauses": portal_deeds.pauses(at),
        "offer": at.tx.find(retention["coupon"]) if retention else None,
    }


def done(at: Visit, sentence: str) -> Response:
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


def _row(at: Visit, subscription: Thing) -> dict[str, Any]:
    items = subscription["items"]["data"]
    return {
        "sub": subscription,
        "names": ", ".join(at.tx.get(item["price"]["product"])["name"] for item in items),
        "cost": words(subscription),
        "quantity": items[0]["quantity"] if len(items) == 1 else None,
        "end": items[0]["current_period_end"],
        "changes": len(portal_plans.offers(at, subscription)) > 1 or bool(portal_plans.quantities(at, subscription)),
    }
