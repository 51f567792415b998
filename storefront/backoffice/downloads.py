"""`/backoffice/orders/<number>/downloads`: new links for the files that were bought, mailed to the buyer."""

from typing import Any

from flask import redirect

from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.backoffice.orders import order_of_merchant, page_of
from storefront.orders.downloading import grant
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake


@blueprint.post("/orders/<number>/downloads")
def send_downloads(number: str) -> Any:
    """However often buyers asked before. The links from before end."""
    order = order_of_merchant(number)
    if not grant(session(), order, me().name):
        words = "Nothing in this order is a file that is paid, not refunded, and still on sale."
        raise Refusal(409, "There is nothing to download", words, link=("Back to the order", page_of(order)))
    wake(session().connection())
    session().commit()
    return redirect(page_of(order), 303)
