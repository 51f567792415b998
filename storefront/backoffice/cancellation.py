"""`/backoffice/orders/<number>/cancellation`: calling off an order, or what was not sent of a paid one."""

from typing import Any

from flask import redirect

from storefront.backoffice.access import fresh, me
from storefront.backoffice.door import blueprint
from storefront.backoffice.orders import order_of_merchant, page_of
from storefront.payments import cancelling
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake


@blueprint.post("/orders/<number>/cancellation")
@fresh
def cancel(number: str) -> Any:
    """The cashier closes the payment page, or releases the hold, first; if it is paid meanwhile, it is paid and then refunded."""
    order = order_of_merchant(number)
    back = ("Back to the order", page_of(order))
    try:
        cancelling.ask(session(), order, me().name)
    except cancelling.NotOpenError as error:
        raise Refusal(409, "This order cannot be cancelled now", str(error), link=back) from error
    wake(session().connection())
    session().commit()
    return redirect(page_of(order), 303)
