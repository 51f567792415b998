"""Money: whole minor units of a currency, as Stripe counts them; never a float.

How many digits a currency has is Stripe's list, not ISO's or Babel's, which differ for ISK, UGX and others by a factor
of 100. Source: Stripe documentation, "Supported currencies" (zero-decimal, three-decimal and special cases).
"""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale

ZERO_DECIMAL = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
)
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
WHOLE_ONLY = frozenset({"isk", "ugx"})
"""Sent to Stripe with two decimals that must be 00."""

MINIMUM = {
    "usd": 50, "eur": 50, "chf": 50, "cad": 50, "aud": 50, "sgd": 50, "nzd": 50, "brl": 50, "inr": 50, "gbp": 30, "dkk": 250,
    "nok": 300, "sek": 300, "pln": 200, "czk": 1500, "huf": 17500, "jpy": 50, "hkd": 400, "mxn": 1000, "aed": 200, "bgn": 100,
    "ron": 200, "thb": 1000, "myr": 200,
}  # fmt: skip
"""Smallest charge in minor units, by Stripe's "Minimum and maximum charge amounts"."""


class MoneyError(ValueError):
    """Text or amount that is no sum of money in this currency; the message is a sentence for people."""


def exponent(currency: str) -> int:
    """Digits after the point in Stripe's minor units: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def quantum(currency: str) -> int:
    """Smallest step in minor units that Stripe takes: 100 for ISK and UGX, 10 for three-decimal currencies, else 1."""
    if currency in WHOLE_ONLY:
        return 100
    return 10 if currency in THREE_DECIMAL else 1


def shown_digits(currency: str) -> int:
    """Digits after the point that people see."""
    return 0 if currency in WHOLE_ONLY else exponent(currency)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`amount`: minor units of `currency` (lower-case ISO code, as Stripe writes it)."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """From a decimal number such as `69.99` or `1,234.50`. Raises MoneyError for anything else and for too many digits."""
        plain = re.sub(r"(?<=\d)[ ,'](?=\d{3}(\D|$))", "", text.strip())
        try:
            if not re.fullmatch(r"-?\d{1,12}(\.\d*)?|-?\.\d+", plain):
                raise MoneyError(f"'{text[:40]}' is not an amount of money.")
            scaled = Decimal(plain).scaleb(exponent(currency))
        except InvalidOperation as error:
            raise MoneyError(f"'{text[:40]}' is not an amount of money.") from error
        if scaled != scaled.to_integral_value() or int(scaled) % quantum(currency):
            raise MoneyError(f"'{text[:40]}' has more digits than {currency.upper()} is charged in.")
        return cls(int(scaled), currency)

    def decimal(self) -> Decimal:
        """The sum in major units, with the digits people see."""
        value = Decimal(self.amount).scaleb(-exponent(self.currency))
        return value.quantize(Decimal(1).scaleb(-shown_digits(self.currency)))

    def format(self, locale: str = "en") -> str:
        """As people write it there, for example `€69.99`."""
        return _written(self, locale)

    def below_minimum(self) -> bool:
        """Whether Stripe would refuse to charge so little. Zero is not: it needs no payment."""
        return 0 < self.amount < MINIMUM.get(self.currency, 1)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} cannot be added.")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.amount * count, self.currency)

    def __str__(self) -> str:
        return self.format()


@lru_cache(maxsize=4096)
def _written(money: Money, locale: str) -> str:
    pattern = copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (shown_digits(money.currency),) * 2
    return str(pattern.apply(money.decimal(), locale, currency=money.currency.upper(), currency_digits=False))


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Minor units of `total` over `weights` by largest remainder: the parts always add up to `total`.

    Where all weights are zero the first part takes everything.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    parts = [total * weight // whole for weight in weights]
    rest = total - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[:rest]:
        parts[i] += 1
    return parts
