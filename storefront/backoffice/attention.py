"""`/backoffice/orders/<number>/resolution`: somebody looked into what was wrong."""

from typing import Any

from flask import redirect

from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.backoffice.orders import order_of_merchant, page_of
from storefront.clock import now
from storefront.orders.timeline import tell
from storefront.web.database import session


@blueprint.post("/orders/<number>/resolution")
def resolve(number: str) -> Any:
    """The flag goes, the timeline remembers what it said and who took it down."""
    order = order_of_merchant(number)
    if order.attention:
        tell(
            session(),
            order.id,
            f"resolved:{now():%Y%m%d%H%M%S%f}",
            f"Looked into: {order.attention}",
            me().name,
            public=False,
        )
        order.attention = ""
        session().commit()
    return redirect(page_of(order), 303)
