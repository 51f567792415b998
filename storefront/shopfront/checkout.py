"""Checkout: the cart becomes an order with stock held for it, and the buyer is sent to pay it."""

from flask import Response, make_response, redirect, request
from sqlalchemy.orm import Session

from storefront.cart.cart import Cart
from storefront.cart.priced import ChangedError, UnpayableError
from storefront.cart.pricing import price
from storefront.catalog.page import current_version
from storefront.orders.order import Order
from storefront.orders.placing import completed_order, held_for, open_order, place
from storefront.payments.summary import money_of
from storefront.shopfront.account_access import Visitor, visitor
from storefront.shopfront.carrying import carried, carry, changed_by
from storefront.shopfront.cart import cart_page, priced_page
from storefront.shopfront.door import blueprint
from storefront.shopfront.standing import UNPAID
from storefront.stock.hold import ShortError
from storefront.subscriptions.twins import existing
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.limits import count, limited
from storefront.web.store import store


@blueprint.post("/checkout")
@limited("30/minute")
def checkout() -> Response:
    """303 to the payment page; 409 with the cart where the buyer has to look at it first."""
    buyer, before = visitor(), carried()
    count("12/minute", "checkout", before.id)
    under_way = _under_way(session(), before)
    if under_way is not None:
        return make_response(redirect(f"/orders/{under_way.reference}", 303))
    cart = changed_by(before, request.form)
    obstacle = _moved(before, cart) or _twin(cart, buyer)
    if obstacle:
        return cart_page(cart, 409, [obstacle])
    try:
        order = _placed(cart, buyer)
    except ChangedError as error:
        session().rollback()
        news = (
            []
            if error.priced.changes
            else ["Not everything in your cart can be had any more. Nothing was ordered yet."]
        )
        return priced_page(error.priced, 409, news)
    except UnpayableError as error:
        session().rollback()
        return priced_page(error.priced, 409)
    except ShortError:
        session().rollback()
        return cart_page(cart, 409, ["Somebody else was a moment faster. Look at what is left, then check out again."])
    session().commit()
    return carry(make_response(redirect(f"/pay/{order.reference}", 303)), cart)


def _under_way(session: Session, cart: Cart) -> Order | None:
    """The order of this cart that is paid, or whose payment is on its way: neither paid twice nor changed any more."""
    paid = completed_order(session, cart.id)
    if paid is not None:
        return paid
    order = open_order(session, cart.id)
    return order if order is not None and money_of(session, order).state not in UNPAID else None


def _moved(before: Cart, cart: Cart) -> str:
    """What the buyer must see first, in a sentence: another country may cost something else to send to."""
    if before.country == cart.country or not cart.lines:
        return ""
    currency = settings().currency
    was = price(session(), before, currency, held_for(session(), before.id))
    now = price(session(), cart, currency, held_for(session(), cart.id))
    if was.delivery.country == now.delivery.country or (was.rate and now.rate and was.rate.money == now.rate.money):
        return ""
    return "You changed the country. Look at the delivery and the new total, then check out." if now.rate else ""


def _twin(cart: Cart, buyer: Visitor | None) -> str:
    """Why a subscription is not sold a second time to who has it, paused or not, in a sentence."""
    if buyer is None:
        return ""
    for line in cart.lines:
        has = existing(session(), buyer.buyer_id, line.variant_id)
        if has is not None:
            return f"You have {has.what} already. Take it out of the cart, or look at it in your account."
    return ""


def _placed(cart: Cart, buyer: Visitor | None) -> Order:
    order = place(
        session(),
        cart,
        currency=settings().currency,
        capture_policy=store().capture_policy,
        ip=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        terms_version=str(current_version(session(), "terms")),
        refunds_version=str(current_version(session(), "refunds")),
    )
    order.visitor_id = buyer.buyer_id if buyer is not None else None
    return order
