"""A plan: how often a variant is paid for, how that begins, and what it gives."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storefront.db import Base

MOST_TRIAL_DAYS = 730
LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
"""Stripe's longest interval is three years (Stripe documentation, "recurring.interval_count")."""
_EVERY = re.compile(r"(?:every )?(?:([1-9][0-9]{0,3}) )?(day|week|month|year)s?")


class Gives(StrEnum):
    """box: each paid invoice is an order to pack. access: nothing is sent."""

    BOX = "box"
    ACCESS = "access"


class WithoutCard(StrEnum):
    """What Stripe does at the end of a trial for which no card was given."""

    CANCEL = "cancel"
    PAUSE = "pause"
    INVOICE = "create_invoice"


@dataclass(frozen=True, slots=True)
class Terms:
    """`interval`: day, week, month or year, `count` of them between two payments. `trial_days`: 0 without a trial.

    `card_first`: the card is asked for although the trial costs nothing yet; else `without_card` says how that ends.
    """

    interval: str
    count: int = 1
    trial_days: int = 0
    card_first: bool = True
    without_card: str = WithoutCard.CANCEL
    gives: str = Gives.BOX

    @property
    def every(self) -> str:
        """As in a sentence: `every month`, `every 4 months`."""
        return f"every {self.interval}" if self.count == 1 else f"every {self.count} {self.interval}s"

    @property
    def rhythm(self) -> str:
        """As a file or a form has it: `month`, `4 months`."""
        return self.interval if self.count == 1 else f"{self.count} {self.interval}s"

    def as_json(self) -> dict[str, Any]:
        """To be frozen into an order."""
        return asdict(self)


class Plan(Base):
    """The terms of one variant. What each field means is said by Terms."""

    __tablename__ = "plans"

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    interval: Mapped[str]
    interval_count: Mapped[int] = mapped_column(default=1)
    trial_days: Mapped[int] = mapped_column(default=0)
    card_first: Mapped[bool] = mapped_column(default=True)
    without_card: Mapped[str] = mapped_column(default=WithoutCard.CANCEL)
    gives: Mapped[str] = mapped_column(default=Gives.BOX)

    __table_args__ = (CheckConstraint("interval_count > 0 AND trial_days >= 0", name="sound"),)

    @property
    def terms(self) -> Terms:
        """As a value."""
        return Terms(
            self.interval, self.interval_count, self.trial_days, self.card_first, self.without_card, self.gives
        )

    def take(self, terms: Terms) -> None:
        """Be these terms from now on. Who subscribed before keeps the price and rhythm that Stripe has."""
        self.interval, self.interval_count, self.trial_days = terms.interval, terms.count, terms.trial_days
        self.card_first, self.without_card, self.gives = terms.card_first, terms.without_card, terms.gives


class NoTermsError(ValueError):
    """The words are no terms of a plan; the message is the rest of a sentence that begins with the plan."""


def terms_from(every: str, *, trial_days: str = "", card: str = "", without_card: str = "", gives: str = "") -> Terms:
    """Out of the words of a file or a form: `every` as `month`, `4 months` or `every 2 weeks`. Raises NoTermsError."""
    match = _EVERY.fullmatch(" ".join(every.casefold().split()))
    if match is None:
        raise NoTermsError(f"'{every[:40]}' is no interval; write month, year or 4 months")
    count, interval = int(match[1] or 1), match[2]
    if count > LONGEST[interval]:
        raise NoTermsError(f"'{every[:40]}' is longer than the three years that Stripe allows")
    if not re.fullmatch(r"[0-9]{0,4}", trial_days) or int(trial_days or 0) > MOST_TRIAL_DAYS:
        raise NoTermsError(f"'{trial_days[:40]}' is no number of trial days up to {MOST_TRIAL_DAYS}")
    ends = {"": WithoutCard.CANCEL, "invoice": WithoutCard.INVOICE} | {one.value: one for one in WithoutCard}
    kinds = {"": Gives.BOX} | {one.value: one for one in Gives}
    if without_card.casefold() not in ends:
        raise NoTermsError(f"'{without_card[:40]}' is no end of a trial; write cancel, pause or invoice")
    if gives.casefold() not in kinds:
        raise NoTermsError(f"'{gives[:40]}' is nothing that it can give; write box or access")
    card_first = card.casefold() not in ("false", "no", "0")
    ending, given = ends[without_card.casefold()], kinds[gives.casefold()]
    return Terms(interval, count, int(trial_days or 0), card_first, ending, given)


def hash_of(price: int, currency: str, name: str, terms: Terms) -> str:
    """What a Stripe Price is made of: if any of it changes, another is needed. `price`: minor units."""
    made_of = json.dumps([price, currency, name, terms.interval, terms.count])
    return hashlib.sha256(made_of.encode()).hexdigest()[:20]
