"""`/pay/<reference>`: to Stripe's page, and back from it."""

from flask import redirect, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from storefront.cashier.door import blueprint, till
from storefront.cashier.paying import Way, direct
from storefront.orders.order import Order
from storefront.payments.payment import Payment
from storefront.web.address import absolute
from storefront.web.database import writes
from storefront.web.errors import Refusal
from storefront.web.limits import limited
from storefront.work import wake


@blueprint.get("/pay/<reference>")
@limited("30/minute")
@writes
def pay(reference: str) -> Response:
    """303 to the order's payment page; with `session` in the query, the buyer is back from it and goes to the order page."""
    order_id = _order_id(reference)
    if "session" in request.args:
        _look_now(order_id)
        return _to_order(reference)
    direction = direct(till(), order_id)
    if direction.way == Way.PAGE:
        return redirect(direction.url, 303)
    if direction.way == Way.ORDER:
        return _to_order(reference)
    raise _cannot(direction.way, direction.why, reference)


def _order_id(reference: str) -> int:
    with till().sessions() as session:
        found = session.scalar(select(Order.id).where(Order.reference == reference))
    if found is None:
        raise NotFound
    return found


def _look_now(order_id: int) -> None:
    """Nothing the browser brings is believed: Stripe is read at once, whatever the query says."""
    with till().sessions.begin() as session:
        for payment in session.scalars(
            select(Payment).where(Payment.order_id == order_id, Payment.next_try.is_not(None))
        ):
            payment.due_now()
        wake(session.connection())


def _to_order(reference: str) -> Response:
    return redirect(absolute(f"/orders/{reference}"), 303)


def _cannot(way: Way, why: str, reference: str) -> Refusal:
    if way == Way.REFUSED:
        text = f"The payment page could not be made. Stripe says: {why} Your order is kept; nothing was charged."
        return Refusal(409, "This order cannot be paid like this", text, link=("Back to the cart", "/cart"))
    text = "We cannot reach the payment page right now. Your order is kept and nothing was charged. Please try again in a minute."
    return Refusal(503, "Payment is not possible at this moment", text, link=("Try again", f"/pay/{reference}"))
