"""`/portal`: opens Stripe's customer portal for a visit that the shop has written down, and takes the buyer back from it."""

import logging
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from storefront.buyers.portal_visit import Deed, PortalVisit, use_visit, visit_named
from storefront.buyers.token import name_in
from storefront.cashier.buyers_customer import forget, is_gone
from storefront.cashier.customers import open_portal as open_portal_session
from storefront.cashier.door import blueprint, till
from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.portal_terms import portal_for
from storefront.subscriptions.subscription import look_now
from storefront.web.address import absolute
from storefront.web.current import settings
from storefront.web.database import writes
from storefront.web.errors import Refusal
from storefront.web.limits import limited
from storefront.work import wake

Json = dict[str, Any]
PURPOSE = "portal"
ACCOUNT = ("To your account", "/account/subscriptions")
log = logging.getLogger(__name__)

_FLOWS = {
    Deed.CARD: "payment_method_update",
    Deed.PLAN: "subscription_update",
    Deed.CANCEL: "subscription_cancel",
    Deed.PAUSE: "subscription_pause",
}


@blueprint.post("/portal")
@limited("20/minute")
def open_portal() -> Response:
    """303 to Stripe. Whose portal it is stands in the visit's row and nowhere in the request.

    A form that was sent here without a visit goes on to the shop, which knows who is signed in and comes back with one.
    """
    if "visit" not in request.args:
        return redirect("/account/portal", 307)
    name = _named()
    with till().sessions.begin() as session:
        visit = use_visit(session, name) if name is not None else None
    if visit is None:
        text = "Opening it takes a fresh start each time. Go to your account and press the button there once more."
        raise Refusal(410, "That way is used up", text, link=ACCOUNT)
    try:
        opened = open_portal_session(till().gateway, _parameters(visit))
    except GatewayError as error:
        if is_gone(error):
            with till().sessions.begin() as session:
                forget(session, visit.customer, till().settings.store_id)
        raise _cannot(visit, error) from error
    return redirect(str(opened["url"]), 303)


@blueprint.get("/portal")
@limited("60/minute")
@writes
def back_from_portal() -> Response:
    """The buyer is back: Stripe is read at once, whatever the portal may have changed."""
    name = _named()
    with till().sessions.begin() as session:
        visit = visit_named(session, name) if name is not None else None
        if visit is None:
            return redirect(absolute(ACCOUNT[1]), 303)
        look_now(session, visit.buyer_id)
        wake(session.connection())
    return redirect(absolute(visit.back), 303)


def _named() -> str | None:
    """The visit whose signed name the address carries."""
    return name_in(settings().secret_key, PURPOSE, request.args.get("visit", ""))


def _parameters(visit: PortalVisit) -> Json:
    back = absolute(f"/portal?visit={request.args['visit']}")
    parameters: Json = {"customer": visit.customer, "return_url": back}
    configuration = portal_for(till())
    if configuration:
        parameters["configuration"] = configuration
    if visit.deed == Deed.HOME:
        return parameters
    flow = _FLOWS[Deed(visit.deed)]
    parameters["flow_data"] = {"type": flow, "after_completion": {"type": "redirect", "redirect": {"return_url": back}}}
    if visit.deed != Deed.CARD:
        parameters["flow_data"][flow] = {"subscription": visit.subscription}
    return parameters


def _cannot(visit: PortalVisit, error: GatewayError) -> Refusal:
    log.warning("the portal could not be opened: %s (%s, request %s)", error, error.trouble, error.request_id or "none")
    back = ("Back", visit.back)
    if error.trouble == Trouble.UNREACHABLE:
        text = "We cannot reach Stripe, which keeps your card, right now. Nothing was changed. Please try again in a minute."
        return Refusal(503, "That is not possible at this moment", text, link=back)
    if error.param == "customer":
        text = "Stripe has nothing under your name any more, so there is nothing to change and nothing will be charged."
        return Refusal(410, "There is nothing left to manage", text, link=back)
    if error.param.startswith("flow_data") or (error.trouble == Trouble.REFUSED and visit.deed != Deed.HOME):
        text = "Stripe does not offer this for your subscription as it stands. Look at everything that you can do there instead."
        return Refusal(409, "That cannot be done now", text, link=ACCOUNT)
    log.error("the customer portal is not set up at Stripe: run `flask connect`")
    text = (
        "The page where you manage card and subscription is not set up yet. Nothing was changed. Please write to us, and "
        "we will do for you what you wanted to do. (If you run this shop: `flask connect` sets it up and says what is missing.)"
    )
    return Refusal(503, "This shop cannot show that page yet", text, link=back)
