"""The order page by its secret link: what our database knows, and never more than Stripe has confirmed."""

from datetime import datetime

from flask import Response, abort, make_response, redirect, render_template, url_for

from storefront.cart.cart import MOST_LINES, Cart
from storefront.catalog.product import Variant
from storefront.orders.fulfilment import parcels_of
from storefront.orders.order import Order, OrderState, lock_order, order_by_reference
from storefront.orders.timeline import timeline_of
from storefront.payments import cancelling
from storefront.payments.asking_anew import asking_of
from storefront.payments.payment import PAYABLE
from storefront.payments.payment_link import link_of
from storefront.payments.summary import Summary, money_of
from storefront.shopfront.carrying import carried, carry, unpaid
from storefront.shopfront.door import blueprint
from storefront.shopfront.files import files_of
from storefront.shopfront.returns import returns_of
from storefront.shopfront.standing import UNPAID, standing_for
from storefront.web import cookies
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.web.limits import limited
from storefront.work import wake


def order_of_buyer(reference: str) -> Order:
    """The order that this secret link opens; any other link is answered with 404."""
    order = order_by_reference(session(), reference)
    if order is None:
        abort(404)
    return order


@blueprint.get("/orders/<reference>")
@limited("120/minute")
def order(reference: str) -> Response:
    """How the order stands. The cart that became an order to be sent is used up and leaves the browser here."""
    order = order_of_buyer(reference)
    summary = money_of(session(), order)
    html = render_template(
        "shopfront/order.html",
        order=order,
        summary=summary,
        standing=standing_for(order, summary),
        returns=returns_of(summary),
        kept_until=_kept_until(order, summary),
        parcels=parcels_of(session(), order.id),
        undoable=cancelling.undoable(session(), order),
        asking=asking_of(session(), order),
        files=files_of(session(), order, settings().secret_key),
        timeline=timeline_of(session(), order.id, public_only=True),
    )
    response = make_response(html)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if (order.state == OrderState.COMPLETED or order.to_ship) and carried().id == order.cart_id:
        cookies.forget(response, "cart")
    return response


@blueprint.post("/orders/<reference>/cancellation")
@limited("20/minute")
def cancel_order(reference: str) -> Response:
    """Asks for it; the payment page is closed at Stripe before the order is cancelled here."""
    order = lock_order(session(), order_of_buyer(reference).id)
    try:
        cancelling.ask(session(), order, "buyer")
    except cancelling.NotOpenError as error:
        raise Refusal(
            409, "This order cannot be cancelled now", str(error), link=("Back to the order", _address(order))
        ) from error
    wake(session().connection())
    session().commit()
    return make_response(redirect(_address(order), 303))


@blueprint.post("/orders/<reference>/cart")
@limited("20/minute")
def fill_cart_again(reference: str) -> Response:
    """Puts what was ordered into the cart once more, at today's prices."""
    order = order_of_buyer(reference)
    cart = unpaid(carried())
    wanted = Cart(country=order.country)
    for line in order.lines[:MOST_LINES]:
        variant = session().get(Variant, line.variant_id) if line.variant_id else None
        if variant is not None:
            wanted = wanted.add(variant.id, line.quantity, line.plan.get("price", line.unit_amount))
    filled = cart.merge(wanted) if cart.lines else wanted
    return carry(make_response(redirect(url_for("shopfront.cart"), 303)), filled)


def _kept_until(order: Order, summary: Summary) -> datetime | None:
    """When the stock held for an unpaid order goes back, as far as it is known."""
    if summary.state not in UNPAID:
        return None
    link = link_of(session(), order.id)
    if link is not None:
        return link.until
    open_pages = [payment.session_expires_at for payment in summary.payments if payment.state in PAYABLE]
    return max(open_pages, default=order.expires_at)


def _address(order: Order) -> str:
    return url_for("shopfront.order", reference=order.reference)
