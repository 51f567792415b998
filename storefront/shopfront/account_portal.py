"""The way to Stripe's customer portal, for who is signed in and for who holds the link of a letter about a failed payment.

Here it is made sure whose portal it is; a row says so, and the cashier opens it.
"""

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from storefront.buyers.buyer import Buyer
from storefront.buyers.dunning import DunningLink, link_of
from storefront.buyers.portal_visit import OF_ONE, Deed, begin_visit
from storefront.buyers.token import token
from storefront.shopfront.account_access import me, signed_in
from storefront.shopfront.account_subscriptions import own_subscription
from storefront.shopfront.door import blueprint
from storefront.shopfront.subscription_words import words_of
from storefront.subscriptions.subscription import Subscription, subscription_with, subscriptions_of
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.web.limits import limited

PURPOSE = "portal"
LIST = "/account/subscriptions"


@blueprint.post("/account/portal")
@limited("20/minute")
@signed_in
def own_portal() -> Response:
    """`deed`: what to open; `subscription`: with which of one's own. The customer is never taken from the form."""
    deed = _deed(request.form.get("deed", ""))
    named = request.form.get("subscription", "")
    row = own_subscription(named) if named else None
    if row is None and deed in OF_ONE:
        raise Refusal(
            400,
            "Which subscription?",
            "Choose it in the list, and what you want to do with it.",
            link=("To your subscriptions", LIST),
        )
    customer = row.customer if row is not None else _customer()
    if not customer:
        text = "There is no subscription and no card of yours at Stripe, so there is nothing to change."
        raise Refusal(409, "There is nothing to manage yet", text, link=("To your account", "/account"))
    return _to_cashier(me().buyer_id, customer, deed, LIST, row)


@blueprint.get("/account/portal/<token>")
@limited("60/minute")
def dunning(token: str) -> str:
    """The subscription that the letter was about, and a button. Looking changes nothing."""
    _link, row, _buyer_id = _by_link(token)
    words = words_of(row, other_plans=False)
    return render_template("shopfront/account/dunning.html", token=token, row=row, words=words)


@blueprint.post("/account/portal/<token>")
@limited("20/minute")
def open_by_link(token: str) -> Response:
    """Only the part of the portal that the letter spoke of, and only for this subscription's customer."""
    link, row, buyer_id = _by_link(token)
    return _to_cashier(buyer_id, row.customer, link.deed, url_for("shopfront.dunning", token=token), row)


def _to_cashier(buyer_id: int, customer: str, deed: Deed, back: str, row: Subscription | None) -> Response:
    """307, so that the browser posts there: the cashier opens a visit once, within two minutes."""
    visit = begin_visit(session(), buyer_id, customer, deed, back, row.stripe_id if row is not None else "")
    carried = token(settings().secret_key, PURPOSE, visit.name)
    session().commit()
    return make_response(redirect(f"/portal?visit={carried}", 307))


def _deed(text: str) -> Deed:
    try:
        return Deed(text or Deed.HOME)
    except ValueError:
        abort(400)


def _customer() -> str:
    """The buyer's own at Stripe; else that of the newest subscription, which may have ended."""
    buyer = session().get(Buyer, me().buyer_id)
    known = buyer.stripe_customer if buyer is not None else None
    return known or next((row.customer for row in subscriptions_of(session(), me().buyer_id)), "")


def _by_link(token: str) -> tuple[DunningLink, Subscription, int]:
    """What the link is for, and whose; a forged, ended or orphaned one is answered alike."""
    link = link_of(settings().secret_key, token)
    row = subscription_with(session(), link.subscription) if link is not None else None
    if link is None or row is None or row.buyer_id is None:
        raise Refusal(
            410,
            "This link does not work any more",
            "It was good until a few days after the next try to collect the payment. Sign in to your account to go on.",
            link=("To your account", LIST),
        )
    return link, row, row.buyer_id
