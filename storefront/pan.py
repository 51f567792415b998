"""Card numbers (PAN): found in text to refuse them in forms and to mask them in logs, mails and stored events.

Groups of digits with little between them count as a card number when, together, they have the prefix and length of a card
brand and the right Luhn check digit; what stands before and after them (an expiry date, a security code) does not hide
them. Digits inside an identifier (Stripe's ids, UUIDs, hashes), phone numbers and bar codes do not count.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

_BETWEEN = r"(?:[ \t\u00a0\u2000-\u200d\u202f\u2060._+*\u2010-\u2015\u2212-]{1,3}|%20|\\u00a0)"
_RUN = re.compile(rf"\d(?:{_BETWEEN}?\d){{11,}}")
_BEFORE = re.compile(r"(?:^|[^\w+%.-]|(?<!\w)[^\W\d_]{1,12}|[^\W\d_]{2}[-.]|(?<!\w)[-.])\Z")
_AFTER = re.compile(r"(?![^\W_])(?!-[^\W\d_])")
_GROUP = re.compile(r"%20|\\u00a0|(\d+)")
_SHORTEST, _LONGEST = 12, 19

_BRANDS = re.compile(
    r"4(\d{12}|\d{15}|\d{18})"  # Visa
    r"|(5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(6011|64[4-9]\d|65\d{2})\d{12,15}"  # Discover
    r"|3(0[0-5]|095|[689]\d)\d{11,13}"  # Diners Club
    r"|35(2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|(62|81)\d{14,17}"  # UnionPay
    r"|(5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}"  # Maestro
    r"|220[0-4]\d{12,15}"  # Mir
    r"|(60|65|82|508\d)\d{12,14}"  # RuPay
)  # fmt: skip


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_bar_code(digits: str) -> bool:
    """Thirteen digits with the check digit of an EAN: more likely an article than one of Visa's long retired short numbers."""
    return (
        len(digits) == 13 and sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
    )


def _is_pan(digits: str) -> bool:
    return _BRANDS.fullmatch(digits) is not None and _luhn(digits) and not _is_bar_code(digits)


def _ascii(digits: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in digits)


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and last four digits of each card number, from left to right."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if not _BEFORE.search(text[max(0, start - 14) : start]) or not _AFTER.match(text, end):
            continue
        groups = [(at.start(), at.end(), _ascii(at[1])) for at in _GROUP.finditer(text, start, end) if at[1]]
        first = 0
        while first < len(groups):
            last = _last_group(groups, first)
            if last is not None:
                yield groups[first][0], groups[last][1], "".join(digits for *_, digits in groups[first : last + 1])[-4:]
            first = first + 1 if last is None else last + 1


def _last_group(groups: list[tuple[int, int, str]], first: int) -> int | None:
    """Which group ends a card number that begins with the group `first`."""
    digits = ""
    for place in range(first, len(groups)):
        digits += groups[place][2]
        if len(digits) > _LONGEST:
            return None
        if len(digits) >= _SHORTEST and _is_pan(digits):
            return place
    return None


def found(text: str) -> bool:
    """Whether `text` holds a card number, in any script's digits."""
    return next(_spans(text), None) is not None


def mask(text: str) -> str:
    """`text` with each card number replaced by `**** ` and its last four digits."""
    parts, done = [], 0
    for start, end, last4 in _spans(text):
        parts += [text[done:start], f"**** {last4}"]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def mask_json(value: Any) -> Any:
    """Decoded JSON with the card numbers in its texts, names and numbers masked; it stays JSON."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask(name): mask_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [mask_json(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and found(str(value)):
        return mask(str(value))
    return value
