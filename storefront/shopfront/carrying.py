"""The cart of this browser: read from its cookie, changed by a form, and written back."""

from datetime import timedelta

from flask import Response, request
from werkzeug.datastructures import MultiDict

from storefront.cart.cart import MOST_PIECES, Cart
from storefront.cart.shipping import names
from storefront.orders.placing import completed_order
from storefront.web import cookies
from storefront.web.database import session
from storefront.web.errors import Refusal

KEPT = int(timedelta(days=60).total_seconds())
TO_CART = ("Back to the cart", "/cart")


def carried() -> Cart:
    """What the cookie says, without a look at the database. A visitor without one has a new empty cart."""
    return Cart.from_payload(cookies.read(request, "cart"))


def unpaid(cart: Cart) -> Cart:
    """The cart, or a new one for the same country once this one has become a paid order."""
    if cart.lines and completed_order(session(), cart.id) is not None:
        return Cart(country=cart.country)
    return cart


def carry(response: Response, cart: Cart) -> Response:
    """Let the browser keep `cart`. What it keeps already, and an empty cart where it keeps none, need no cookie."""
    kept = cookies.read(request, "cart")
    if cart.to_payload() != kept and (cart.lines or kept):
        cookies.write(response, "cart", cart.to_payload(), KEPT)
    return response


def changed_by(cart: Cart, form: MultiDict[str, str]) -> Cart:
    """The cart with the quantities (`quantity-<variant>`), `country` and `rate` that the form names. Raises Refusal."""
    for line in cart.lines:
        asked = form.get(f"quantity-{line.variant_id}")
        if asked is not None:
            cart = cart.set(line.variant_id, quantity_in(asked, lowest=0))
    country = form.get("country", cart.country)
    if country not in names() and country:
        raise Refusal(400, "We do not know that country", "Choose a country from the list.", link=TO_CART)
    if country != cart.country:
        return Cart(cart.id, cart.lines, country)
    rate = form.get("rate", "")
    return Cart(cart.id, cart.lines, country, int(rate) if _is_whole(rate) else cart.rate_id)


def quantity_in(text: str, lowest: int = 1) -> int:
    """Pieces that a field asks for. Raises Refusal."""
    text = text.strip()
    if not _is_whole(text) or not lowest <= int(text) <= MOST_PIECES:
        words = f"Write a whole number from {lowest} to {MOST_PIECES} as the quantity."
        raise Refusal(400, "How many would you like?", words, link=TO_CART)
    return int(text)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
