"""`/backoffice/subscriptions`: the list, and one subscription with its invoices and everything that happened to it."""

from typing import Any

from flask import abort, render_template, request

from storefront.backoffice.door import blueprint
from storefront.backoffice.paging import chosen
from storefront.clock import now
from storefront.reports.subscribers import FILTERS, find, overdue_since
from storefront.subscriptions.access import has_access
from storefront.subscriptions.agreeing import WORDS
from storefront.subscriptions.asking import possible
from storefront.subscriptions.boxes import boxes_of
from storefront.subscriptions.invoice import invoices_of
from storefront.subscriptions.request import Deed, waiting_request
from storefront.subscriptions.subscription import Subscription, lock_subscription, subscription_with
from storefront.subscriptions.telling import REASON_WORDS, status_word
from storefront.subscriptions.timeline import timeline_of
from storefront.web.database import session

DEEDS = {
    Deed.PAUSE: "Pause it",
    Deed.RESUME: "Go on after the pause",
    Deed.STAY: "Take its end back",
    Deed.END_LATER: "End it with the paid time",
    Deed.END_NOW: "End it at once",
}


def subscription_of_merchant(name: str) -> Subscription:
    """The subscription of this Stripe id, locked where something is about to be changed. 404 if there is none."""
    found = subscription_with(session(), name) if request.method == "GET" else lock_subscription(session(), name)
    if found is None:
        abort(404)
    return found


def page_of(row: Subscription) -> str:
    """Its address."""
    return f"/backoffice/subscriptions/{row.stripe_id}"


@blueprint.get("/subscriptions")
def subscriptions() -> Any:
    """Filtered; those whose payment fails first."""
    which, text = chosen("status", FILTERS, "all"), request.args.get("q", "").strip()[:200]
    found = find(session(), which=which, text=text, after=request.args.get("after", ""))
    return render_template(
        "backoffice/subscriptions/list.html", found=found, filters=FILTERS, which=which, text=text, late=overdue_since
    )


@blueprint.get("/subscriptions/<name>")
def subscription(name: str) -> Any:
    """One of them."""
    row = subscription_of_merchant(name)
    orders = {order.id: order for order in boxes_of(session(), row.id)}
    return render_template(
        "backoffice/subscriptions/subscription.html",
        row=row,
        word=status_word,
        reasons=REASON_WORDS,
        access=has_access(row, now()),
        invoices=invoices_of(session(), row.id),
        orders=orders,
        timeline=timeline_of(session(), row.id),
        late=overdue_since(row),
        possible=possible(row),
        words=WORDS,
        deeds=DEEDS,
        waiting=waiting_request(session(), row.id),
    )
