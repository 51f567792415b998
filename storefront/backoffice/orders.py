"""`/backoffice/orders`: the list, and one order with everything about it."""

from typing import Any

from flask import abort, redirect, render_template, request

from storefront.backoffice.door import blueprint
from storefront.backoffice.paging import before, chosen
from storefront.orders.order import Order, lock_order
from storefront.reports.dossier import dossier_of
from storefront.reports.finding import FILTERS, find, order_with
from storefront.web.database import session


def order_of_merchant(number: str) -> Order:
    """The order of this number, locked where something is about to be changed. 404 if there is none."""
    order = order_with(session(), number)
    if order is None:
        abort(404)
    return order if request.method == "GET" else lock_order(session(), order.id)


def page_of(order: Order) -> str:
    """Its address."""
    return f"/backoffice/orders/{order.number}"


@blueprint.get("/orders")
def orders() -> Any:
    """Filtered and searched, newest first. A number that is an order's leads straight to it."""
    which, text = chosen("status", FILTERS, "all"), request.args.get("q", "").strip()[:100]
    numbered = order_with(session(), text) if text else None
    if numbered is not None:
        return redirect(page_of(numbered), 303)
    found = find(session(), which=which, text=text, before=before())
    return render_template("backoffice/orders/list.html", found=found, filters=FILTERS, which=which, text=text)


@blueprint.get("/orders/<number>")
def order(number: str) -> Any:
    """One order."""
    return show_order(order_of_merchant(number))


def show_order(order: Order, fault: str = "", status: int = 200) -> Any:
    """Its page. `fault`: why a note was not kept."""
    return render_template("backoffice/orders/order.html", dossier=dossier_of(session(), order), fault=fault), status
