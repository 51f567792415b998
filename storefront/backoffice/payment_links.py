"""`/backoffice/orders/<number>/payment-links`: the buyer is mailed a link to pay what a lapsed hold or a part left unpaid."""

from typing import Any

from flask import redirect

from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.backoffice.orders import order_of_merchant, page_of
from storefront.payments.asking_anew import NotAskableError, ask
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake


@blueprint.post("/orders/<number>/payment-links")
def add_payment_link(number: str) -> Any:
    """Leads to the order that is to be paid. Pressing the button twice asks once."""
    order = order_of_merchant(number)
    back = ("Back to the order", page_of(order))
    try:
        asked = ask(session(), order, me().name)
    except NotAskableError as error:
        session().rollback()
        raise Refusal(409, "The buyer was not asked", str(error), link=back) from error
    wake(session().connection())
    session().commit()
    return redirect(page_of(asked), 303)
