"""A buyer's subscriptions: how each stands, and the ways to change it."""

from flask import abort, render_template

from storefront.catalog.plans_on_sale import plans_on_sale
from storefront.clock import now
from storefront.shopfront.account_access import me, signed_in
from storefront.shopfront.door import blueprint
from storefront.shopfront.subscription_words import Words, words_of
from storefront.subscriptions.invoice import Invoice, invoices_of
from storefront.subscriptions.subscription import Subscription, subscription_with, subscriptions_of
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.limits import limited

SHOWN_INVOICES = 12


@blueprint.get("/account/subscriptions")
@limited("120/minute")
@signed_in
def own_subscriptions() -> str:
    """Only what Stripe has confirmed; what was changed a moment ago is asked for again by a link."""
    several = len(plans_on_sale(session(), settings().currency, 2)) > 1
    rows: list[tuple[Subscription, Words, list[Invoice]]] = [
        (row, words_of(row, other_plans=several), _shown(row)) for row in subscriptions_of(session(), me().buyer_id)
    ]
    waiting = any(row.next_try is not None and row.next_try <= now() for row, _, _ in rows)
    return render_template("shopfront/account/subscriptions.html", me=me(), rows=rows, waiting=waiting)


def own_subscription(stripe_id: str) -> Subscription:
    """The signed-in buyer's own; anybody else's is answered with 404."""
    row = subscription_with(session(), stripe_id)
    if row is None or row.buyer_id != me().buyer_id:
        abort(404)
    return row


def _shown(row: Subscription) -> list[Invoice]:
    return [one for one in invoices_of(session(), row.id) if one.status != "draft" and one.total][:SHOWN_INVOICES]
