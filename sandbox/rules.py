"""Lengths, ranges and merges that many resources share (STRIPE.md section 2, Metadata and Money)."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox import money
from sandbox.errors import StripeError, invalid

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")


def no_longer_than(params: dict[str, Any], limits: dict[str, int], within: str = "") -> None:
    """Raise Stripe's 400 for the first string that is too long."""
    for name, limit in limits.items():
        value = params.get(name)
        if isinstance(value, str) and len(value) > limit:
            where = f"{within}[{name}]" if within else name
            message = f"Invalid string: {value[:10]}...{value[-5:]}; must be at most {limit} characters"
            raise invalid(message, where, "parameter_invalid_string_too_long" if not within else None)


def merged_metadata(old: dict[str, str], given: Any, param: str = "metadata") -> dict[str, str]:
    """Keys are added or replaced, an empty value deletes its key, an empty metadata clears all."""
    if given is None:
        return old
    if given == "":
        return {}
    for key, value in given.items():
        if len(key) > 40:
            message = (
                f"Metadata keys can be at most 40 characters, but the key '{key[:50]}' is {len(key)} characters long."
            )
            raise invalid(message, param)
        if "[" in key or "]" in key:
            raise invalid("Metadata keys can't contain square brackets.", param)
        if len(value) > 500:
            message = (
                "Metadata values can have up to 500 characters, but you passed in a value that is "
                f"{len(value)} characters. Invalid value: {value[:30]}"
            )
            raise invalid(message, f"{param}[{key}]")
    merged = {key: value for key, value in {**old, **given}.items() if value != ""}
    if len(merged) > 50:
        raise invalid(f"You can have at most 50 metadata keys. You are trying to set {len(merged)} keys.", param)
    return merged


def sound_descriptor(value: str | None, param: str) -> None:
    """What goes on statements: at least one Latin letter, none of the signs that networks use (docs: statement-descriptors)."""
    if not value:
        return
    if set(value) & set("<>\\'\"*"):
        raise invalid("The statement descriptor can't contain these characters: <, >, \\, ', \", *.", param)
    if not re.search("[A-Za-z]", value) or not value.isascii():
        raise invalid("The statement descriptor must contain at least one alphabetic character.", param)


def sound_url(value: str | None, param: str) -> None:
    if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise invalid("Not a valid URL", param, "url_invalid")


def sound_email(value: str | None, param: str) -> None:
    if value and not _EMAIL.match(value):
        raise invalid(f"Invalid email address: {value}", param, "email_invalid")


def sound_currency(value: str, param: str = "currency") -> str:
    """The currency in lower case."""
    currency = value.lower()
    if currency not in money.CURRENCIES:
        raise invalid(
            f"Invalid currency: {value}. Stripe currently supports these currencies: eur, usd, gbp, ...", param
        )
    return currency


def positive(amount: int, param: str) -> None:
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param, "parameter_invalid_integer")


def chargeable(amount: int, currency: str, param: str = "amount", *, bounded: bool = True) -> None:
    """At least Stripe's minimum if `bounded`, at most eight digits; in three-decimal currencies the last digit is 0."""
    positive(amount, param)
    if bounded and amount < money.smallest(currency):
        raise _bounds(
            f"Amount must be at least {money.said(money.smallest(currency), currency)}", param, "amount_too_small"
        )
    if amount > money.LARGEST:
        raise _bounds(f"Amount must be no more than {money.said(money.LARGEST, currency)}", param, "amount_too_large")
    odd = (currency in money.THREE_DECIMAL and amount % 10) or (currency in money.WHOLE_ONLY and amount % 100)
    if odd:
        raise invalid(
            f"Invalid amount. The amount in {currency} must be divisible by {10 if amount % 10 else 100}.", param
        )


def _bounds(message: str, param: str, code: str) -> StripeError:
    return invalid(message, param, code)


ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def address(given: Any) -> dict[str, Any] | None:
    """All six fields, empty ones null; None for no address at all."""
    if not given:
        return None
    return {name: given.get(name) or None for name in ADDRESS}


def shipping(given: Any) -> dict[str, Any] | None:
    """The shipping hash of intents and customers."""
    if not given:
        return None
    return {
        "address": address(given.get("address")) or dict.fromkeys(ADDRESS),
        "name": given.get("name"),
        "phone": given.get("phone") or None,
    }
