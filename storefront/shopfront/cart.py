"""The cart page, and what puts things in, changes them and takes them out."""

from collections.abc import Sequence

from flask import Response, make_response, redirect, render_template, request, url_for

from storefront.cart.cart import Cart, CartFullError
from storefront.cart.priced import PricedCart
from storefront.cart.pricing import price, unsellable
from storefront.cart.shipping import countries
from storefront.catalog.product import Variant
from storefront.orders.placing import held_for
from storefront.shopfront.carrying import TO_CART, carried, carry, changed_by, quantity_in, unpaid
from storefront.shopfront.door import blueprint
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.web.limits import limited


@blueprint.get("/cart")
def cart() -> Response:
    """What is in the cart at today's prices; says what has changed and remembers it as seen."""
    return cart_page(unpaid(carried()))


@blueprint.post("/cart")
@limited("120/minute")
def change_cart() -> Response:
    """Quantities, country and delivery, all at once."""
    before = unpaid(carried())
    return _to_cart(changed_by(before, request.form))


@blueprint.post("/cart/lines")
@limited("120/minute")
def add_line() -> Response:
    """`variant`: id; `quantity`: pieces, one if it is not said."""
    variant = _variant(request.form.get("variant", ""))
    quantity = quantity_in(request.form.get("quantity") or "1")
    why_not = unsellable(variant, settings().currency)
    if why_not:
        raise Refusal(
            409,
            "This cannot be bought",
            f"{why_not} Nothing was put into your cart.",
            link=("See what else there is", "/products"),
        )
    try:
        return _to_cart(unpaid(carried()).add(variant.id, quantity, variant.price))
    except CartFullError as error:
        raise Refusal(409, "Your cart is full", str(error), link=TO_CART) from error


@blueprint.post("/cart/lines/<int:variant_id>")
@limited("120/minute")
def change_line(variant_id: int) -> Response:
    """`quantity`: pieces; none takes the line out."""
    quantity = quantity_in(request.form.get("quantity", ""), lowest=0)
    return _to_cart(unpaid(carried()).set(variant_id, quantity))


def cart_page(cart: Cart, status: int = 200, news: Sequence[str] = ()) -> Response:
    """The page for `cart`, which the browser keeps as it is shown. `news`: more sentences on top."""
    priced = price(session(), cart, settings().currency, held_for(session(), cart.id))
    return priced_page(priced, status, news)


def priced_page(priced: PricedCart, status: int = 200, news: Sequence[str] = ()) -> Response:
    """The page for a cart whose prices are known already."""
    served = countries(session()) if priced.delivery.needed else []
    html = render_template("shopfront/cart.html", priced=priced, news=[*news, *priced.changes], countries=served)
    return carry(make_response(html, status), priced.cart)


def _to_cart(cart: Cart) -> Response:
    return carry(make_response(redirect(url_for("shopfront.cart"), 303)), cart)


def _variant(text: str) -> Variant:
    known = text.isascii() and text.isdecimal() and len(text) <= 9
    variant = session().get(Variant, int(text)) if known else None
    if variant is None:
        raise Refusal(
            404,
            "That is no longer here",
            "The product was taken out of the shop. Nothing was put into your cart.",
            link=("See what else there is", "/products"),
        )
    return variant
