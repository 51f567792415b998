"""The tariff: all shipping rates at once, as a merchant edits them. A rate that stays keeps its id, so carts keep it too."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cart.shipping import ANYWHERE, MOST, ShippingRate, names

MOST_RATES = 150
MOST_DAYS = 90
LONGEST_NAME = 60


class TariffError(ValueError):
    """These rates make no sense; the message is a sentence."""


class StaleTariffError(Exception):
    """Somebody else changed the rates since the form was shown; nothing was saved."""


@dataclass(frozen=True, slots=True)
class RateWish:
    """`id`: None for a new one. `amount`: minor units. `min_days`, `max_days`: working days."""

    id: int | None
    country: str
    name: str
    amount: int
    min_days: int
    max_days: int


def rates(session: Session) -> list[ShippingRate]:
    """All of them in their order."""
    return list(session.scalars(select(ShippingRate).order_by(ShippingRate.position, ShippingRate.id)))


def tariff_mark(session: Session) -> str:
    """The same for the same rates."""
    shown = [[one.id, one.country, one.name, one.amount, one.min_days, one.max_days] for one in rates(session)]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def put_rates(session: Session, wishes: Sequence[RateWish], seen: str, currency: str) -> None:
    """Make these all the rates there are. `seen`: the mark of those that the form was made of.

    Raises TariffError and StaleTariffError.
    """
    if tariff_mark(session) != seen:
        raise StaleTariffError
    _check(wishes)
    known = {rate.id: rate for rate in rates(session)}
    for gone in known.keys() - {wish.id for wish in wishes}:
        session.delete(known[gone])
    for position, wish in enumerate(wishes):
        rate = known.get(wish.id or 0) or ShippingRate()
        rate.country, rate.name, rate.amount, rate.currency = wish.country, wish.name, wish.amount, currency
        rate.min_days, rate.max_days, rate.position = wish.min_days, wish.max_days, position
        session.add(rate)
    session.flush()


def _check(wishes: Sequence[RateWish]) -> None:
    if len(wishes) > MOST_RATES:
        raise TariffError(f"There can be at most {MOST_RATES} rates.")
    for wish in wishes:
        if wish.country != ANYWHERE and wish.country not in names():
            raise TariffError("Choose the country of each rate from the list.")
        if not 0 < len(wish.name) <= LONGEST_NAME:
            raise TariffError(f"Each rate needs a name of at most {LONGEST_NAME} characters.")
        if not 0 <= wish.min_days <= wish.max_days <= MOST_DAYS:
            raise TariffError(f"{wish.name}: write working days from 0 to {MOST_DAYS}, the shorter time first.")
        if sum(other.country == wish.country for other in wishes) > MOST:
            raise TariffError(f"Stripe shows at most {MOST} rates for a country.")
