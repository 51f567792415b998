"""Delivery of a cart: the rates offered to its country, and the one that counts."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cart.cart import Cart
from storefront.cart.shipping import ANYWHERE, ShippingRate, names, rates_for
from storefront.money import Money, quantum


@dataclass(frozen=True, slots=True)
class Rate:
    """A way to send a parcel. `min_days`, `max_days`: working days."""

    id: int
    name: str
    money: Money
    min_days: int
    max_days: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """`needed`: whether anything is to be sent. `country`: ISO code, the buyer's choice or the shop's; may be empty."""

    needed: bool
    country: str
    rates: tuple[Rate, ...] = ()
    chosen: Rate | None = None
    changes: tuple[str, ...] = ()
    obstacle: str = ""


def home(session: Session, currency: str) -> str:
    """The country chosen for a buyer who has not chosen: the first that the shop names among its rates.

    A shop that only sends anywhere is taken to be where its currency is, with the euro in its largest country; empty
    where even that says nothing.
    """
    rates = select(ShippingRate.country).order_by(ShippingRate.position, ShippingRate.id).limit(1)
    named = session.scalar(rates.where(ShippingRate.country != ANYWHERE))
    if named is not None or session.scalar(rates) is None:
        return named or ""
    code = "DE" if currency == "eur" else currency[:2].upper()
    return code if code in names() else ""


def offered(session: Session, cart: Cart, currency: str, *, needed: bool, included: bool = False) -> Delivery:
    """What can be chosen for this cart, and what is. `included`: the prices hold the delivery; only a country is needed."""
    country = cart.country or home(session, currency)
    if not needed:
        return Delivery(needed=False, country=country)
    rows = [
        row for row in rates_for(session, country) if row.currency == currency and row.amount % quantum(currency) == 0
    ]
    rates = tuple(Rate(row.id, row.name, row.money, row.min_days, row.max_days) for row in rows)
    if included and rates:
        return Delivery(needed=True, country=country)
    if not rates:
        return Delivery(needed=True, country=country, obstacle=_obstacle(session, country))
    chosen = next((rate for rate in rates if rate.id == cart.rate_id), None)
    if chosen is None and cart.rate_id is not None:
        news = f"The delivery you had chosen is no longer offered. It is now {rates[0].name} for {rates[0].money}."
        return Delivery(needed=True, country=country, rates=rates, chosen=rates[0], changes=(news,))
    return Delivery(needed=True, country=country, rates=rates, chosen=chosen or rates[0])


def _obstacle(session: Session, country: str) -> str:
    if country in names():
        return f"We do not send to {names()[country]}. Choose another country."
    if session.scalar(select(ShippingRate.id).limit(1)) is None:
        return "This shop has not said yet what delivery costs, so it cannot take orders. Please come back later."
    return "Choose the country to send to."
