"""Shipping rates: where the store sends to, and what that costs."""

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale
from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base
from storefront.money import Money

ANYWHERE = "*"
MOST = 5
"""Rates that Stripe Checkout offers at most."""


class ShippingRate(Base):
    """`country`: ISO 3166 code, or `*` for every country without a rate of its own. `amount`: minor units.

    `min_days`, `max_days`: working days.
    """

    __tablename__ = "shipping_rates"

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    min_days: Mapped[int] = mapped_column(default=2)
    max_days: Mapped[int] = mapped_column(default=5)
    position: Mapped[int] = mapped_column(default=0)

    @property
    def money(self) -> Money:
        """What it costs."""
        return Money(self.amount, self.currency)


def rates_for(session: Session, country: str) -> list[ShippingRate]:
    """The rates offered to this country, cheapest place first; empty where the store does not send."""
    ordered = select(ShippingRate).order_by(ShippingRate.position, ShippingRate.amount, ShippingRate.id)
    own = list(session.scalars(ordered.where(ShippingRate.country == country).limit(MOST)))
    if own or len(country) != 2 or country not in names():
        return own
    return list(session.scalars(ordered.where(ShippingRate.country == ANYWHERE).limit(MOST)))


def names(locale: str = "en") -> dict[str, str]:
    """Country names by ISO code, without regions that are no postal destination."""
    skip = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    return {
        code: name
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in skip
    }


def countries(session: Session, locale: str = "en") -> list[tuple[str, str]]:
    """Codes and names of the countries that the store sends to, by name."""
    served = set(session.scalars(select(ShippingRate.country).distinct()))
    known = names(locale)
    codes = known if ANYWHERE in served else served & set(known)
    return sorted(((code, known[code]) for code in codes), key=lambda pair: pair[1])


def replace_rates(session: Session, rates: Iterable[Mapping[str, Any]], currency: str) -> None:
    """Make `rates` (country, name, amount, min_days, max_days) all there are."""
    session.execute(delete(ShippingRate))
    session.add_all(ShippingRate(**rate, currency=currency, position=position) for position, rate in enumerate(rates))
