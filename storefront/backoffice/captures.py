"""`/backoffice/orders/<number>/captures`: the money that waits on the card is taken, all of it or less."""

from typing import Any
from urllib.parse import urlsplit

from flask import redirect, request

from storefront.backoffice.access import fresh, me
from storefront.backoffice.door import HOME, blueprint
from storefront.backoffice.orders import order_of_merchant, page_of
from storefront.money import Money, MoneyError
from storefront.orders.order import Order
from storefront.payments.capture import NotCapturableError, ask
from storefront.payments.payment import PaymentState, payments_of
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake


@blueprint.post("/orders/<number>/captures")
@fresh
def capture(number: str) -> Any:
    """Asks for it; without an amount, for all that is held. The cashier looks at Stripe and at the stock first."""
    order = order_of_merchant(number)
    back = ("Back to the order", page_of(order))
    try:
        ask(session(), order, _amount(order), me().name)
    except (NotCapturableError, MoneyError) as error:
        raise Refusal(409, "This money cannot be taken now", str(error), link=back) from error
    wake(session().connection())
    session().commit()
    came_from_desk = urlsplit(request.referrer or "").path == HOME
    return redirect(HOME if came_from_desk else page_of(order), 303)


def _amount(order: Order) -> int:
    text = request.form.get("amount", "").strip()
    if text:
        return Money.parse(text, order.currency).amount
    holds = payments_of(session(), order.id)
    return sum(payment.capturable for payment in holds if payment.state == PaymentState.AUTHORIZED)
