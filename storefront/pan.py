"""Card numbers (PAN): found in text to refuse them in forms and to mask them in logs, mails and stored events.

A run of 13 to 19 digits, single spaces, dots or dashes between them allowed, counts as a card number when its prefix and
length belong to a card brand and its Luhn check digit is right. Digits that are part of an identifier (letters, digits
or an underscore right beside them, as in Stripe's ids and in UUIDs) do not count.
"""

import re
import unicodedata

_RUN = re.compile(r"(?<![\w])(?<![\w][-.])\d(?:[ \u00a0.\u2010-\u2015-]?\d){12,18}(?![\w])(?![-.][\w])")

_BRANDS = (
    re.compile(r"4(\d{12}|\d{15}|\d{18})"),  # Visa
    re.compile(r"(5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"),  # Mastercard
    re.compile(r"3[47]\d{13}"),  # American Express
    re.compile(r"(6011|64[4-9]\d|65\d{2})\d{12}(\d{3})?"),  # Discover
    re.compile(r"3(0[0-5]|[68]\d)\d{11}(\d{2})?"),  # Diners Club
    re.compile(r"35(2[89]|[3-8]\d)\d{12}(\d{3})?"),  # JCB
    re.compile(r"62\d{14}(\d{3})?"),  # UnionPay
    re.compile(r"(5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}"),  # Maestro
)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_pan(run: str) -> bool:
    digits = "".join(str(unicodedata.digit(char)) for char in run if char.isdigit())
    return any(brand.fullmatch(digits) for brand in _BRANDS) and _luhn(digits)


def found(text: str) -> bool:
    """Whether `text` holds a card number, in any script's digits."""
    return any(_is_pan(match.group()) for match in _RUN.finditer(text))


def mask(text: str) -> str:
    """`text` with each card number replaced by `**** ` and its last four digits."""

    def star(match: re.Match[str]) -> str:
        run = match.group()
        if not _is_pan(run):
            return run
        return "**** " + "".join(char for char in run if char.isdigit())[-4:]

    return _RUN.sub(star, text)
