"""The account: what a returning buyer finds, and the ways out of it."""

from flask import Response, abort, make_response, redirect, render_template, request

from storefront.buyers.signed_in import end_session, end_sessions, live_sessions
from storefront.orders.history import order_of, orders_of
from storefront.orders.order import Order
from storefront.payments.summary import money_of
from storefront.shopfront.account_access import COOKIE, HOME, me, signed_in, visitor
from storefront.shopfront.door import blueprint
from storefront.shopfront.files import files_of_buyer
from storefront.shopfront.returns import returns_of
from storefront.shopfront.standing import standing_of
from storefront.web import cookies
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.limits import limited


@blueprint.get("/account")
@limited("120/minute")
def account() -> str:
    """Orders and files for who is signed in; for everybody else the way in."""
    if visitor() is None:
        return render_template("shopfront/account/sign_in.html", email="", fault=False)
    return _home()


@signed_in
def _home() -> str:
    before = request.args.get("before", "")
    orders, older = orders_of(session(), me().buyer_id, int(before) if _is_id(before) else None)
    return render_template(
        "shopfront/account/home.html",
        me=me(),
        orders=[(order, standing_of(money_of(session(), order))) for order in orders],
        older=older,
        files=[] if before else files_of_buyer(session(), me().buyer_id, settings().secret_key),
        first=not before,
        sessions=live_sessions(session(), me().buyer_id),
    )


@blueprint.get("/account/orders/<number>")
@limited("120/minute")
@signed_in
def receipt(number: str) -> str:
    """The order as a receipt that can be printed."""
    order = _own_order(number)
    summary = money_of(session(), order)
    return render_template(
        "shopfront/account/receipt.html",
        me=me(),
        order=order,
        summary=summary,
        standing=standing_of(summary),
        returns=returns_of(summary),
    )


@blueprint.post("/account/session/end")
@limited("30/minute")
@signed_in
def sign_out() -> Response:
    """Here, or with `everywhere` on every device."""
    if "everywhere" in request.form:
        end_sessions(session(), me().buyer_id)
    else:
        end_session(session(), me().token)
    session().commit()
    response = make_response(redirect(HOME, 303))
    cookies.forget(response, COOKIE)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _own_order(number: str) -> Order:
    order = order_of(session(), me().buyer_id, number)
    if order is None:
        abort(404)
    return order


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
