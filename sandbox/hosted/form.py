"""What a buyer typed, and what is wrong with it; a card number leaves this module only as a test card."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox import cards, rules
from sandbox.cards import Card
from sandbox.errors import StripeError
from sandbox.hosted import questions
from sandbox.paying.debits import ACCOUNTS, Account
from sandbox.transaction import Thing

_EXPIRY = re.compile(r"(\d{1,2})\s*/?\s*(\d{2}|\d{4})\Z", re.ASCII)
SHIPPING = ("shipping_name", "line1", "line2", "city", "state", "postal_code", "country")
_NEEDED = {"shipping_name": "your name", "line1": "your address", "city": "your city", "country": "your country"}


@dataclass
class Typed:
    """The sound parts of a form, and a sentence for each field that is not."""

    email: str = ""
    name: str = ""
    card: Card | None = None
    account: Account | None = None
    saved: str | None = None
    save: bool = False
    expiry: tuple[int, int] = (0, 0)
    address: Thing | None = None
    rate: str | None = None
    answers: questions.Answers = field(default_factory=questions.Answers)
    wrong: dict[str, str] = field(default_factory=dict)


def read(form: Mapping[str, str], session: Thing, now: int, saved: frozenset[str] = frozenset()) -> Typed:
    """Check a form against what the session asks for (STRIPE.md sections 3 and 5, form errors)."""
    email = kept_email(session) or form.get("email", "").strip() or session["customer_email"] or ""
    typed = Typed(email=email, name=form.get("name", "").strip())
    try:
        rules.sound_email(typed.email or "-", "email")
    except StripeError:
        typed.wrong["email"] = "Your email is incomplete."
    types = session["payment_method_types"]
    typed.save = form.get("save") == "yes"
    if form.get("saved") in saved:
        typed.saved = form["saved"]
    elif needs_method(session):
        if "card" in types and (form.get("method", types[0]) == "card" or "sepa_debit" not in types):
            _read_card(form, typed, now)
        else:
            _read_account(form, typed)
    if session["shipping_address_collection"]:
        _read_address(form, session, typed)
    _read_rate(form, session, typed)
    typed.answers, unfit = questions.read(form, session)
    typed.wrong |= unfit
    return typed


def kept_email(session: Thing) -> str:
    """The address of a customer whom the shop named: shown and not asked for (section 3, Customer); else empty."""
    named = session["customer"] and session["customer_creation"] is None
    return ((session["customer_details"] or {}).get("email") or "") if named else ""


def needs_method(session: Thing) -> bool:
    """Whether the buyer must name a card: not for nothing, unless it is kept for what comes later."""
    if session["mode"] == "subscription":
        return bool(session["amount_total"]) or session["payment_method_collection"] == "always"
    return bool(session["amount_total"]) or session["mode"] == "setup"


def read_card(form: Mapping[str, str], now: int) -> Typed:
    """The card alone, as the portal asks for it."""
    typed = Typed(name=form.get("name", "").strip())
    _read_card(form, typed, now)
    return typed


def _read_card(form: Mapping[str, str], typed: Typed, now: int) -> None:
    number = re.sub(r"[\s-]", "", form.get("card_number", ""))
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        typed.wrong["card_number"] = "Your card number is incomplete."
    elif not cards.luhn(number):
        typed.wrong["card_number"] = "Your card number is invalid."
    else:
        typed.card = cards.by_number(number)
        if typed.card is None:
            typed.wrong["card_number"] = (
                "This is a sandbox: it takes only Stripe's published test cards, such as 4242 4242 4242 4242. "
                "What you typed has been forgotten."
            )
    _read_expiry(form.get("expiry", "").strip(), typed, now)
    cvc = form.get("cvc", "").strip()
    wanted = 4 if typed.card and typed.card.brand == "amex" else 3
    if not (cvc.isascii() and cvc.isdigit() and len(cvc) == wanted):
        typed.wrong["cvc"] = "Your card's security code is incomplete."
    if not typed.name:
        typed.wrong["name"] = "Write the name that stands on the card."


def _read_account(form: Mapping[str, str], typed: Typed) -> None:
    typed.account = ACCOUNTS.get(re.sub(r"\s", "", form.get("iban", "")).upper())
    if typed.account is None:
        typed.wrong["iban"] = (
            "This is a sandbox: it takes only Stripe's published test accounts, such as AT61 1904 3002 3457 3201. "
            "What you typed has been forgotten."
        )
    typed.name = form.get("holder", "").strip() or typed.name
    if not typed.name:
        typed.wrong["holder"] = "Write the name of the account's holder."


def _read_expiry(text: str, typed: Typed, now: int) -> None:
    match = _EXPIRY.match(text)
    if match is None:
        typed.wrong["expiry"] = "Your card's expiration date is incomplete."
        return
    month, year = int(match[1]), int(match[2])
    year += 2000 if year < 100 else 0
    today = datetime.fromtimestamp(now, UTC)
    if not 1 <= month <= 12:
        typed.wrong["expiry"] = "Your card's expiration month is invalid."
    elif (year, month) < (today.year, today.month):
        typed.wrong["expiry"] = "Your card's expiration year is in the past."
    elif year > today.year + 50:
        typed.wrong["expiry"] = "Your card's expiration year is invalid."
    typed.expiry = (month, year)


def _read_address(form: Mapping[str, str], session: Thing, typed: Typed) -> None:
    values = {name: form.get(name, "").strip() for name in SHIPPING}
    for name, words in _NEEDED.items():
        if not values[name]:
            typed.wrong[name] = f"Write {words}."
    allowed = session["shipping_address_collection"]["allowed_countries"]
    if values["country"] and values["country"] not in allowed:
        typed.wrong["country"] = "The shop does not send there. Choose another country."
    name = values.pop("shipping_name")
    typed.address = {"name": name, "address": {key: value or None for key, value in sorted(values.items())}}


def _read_rate(form: Mapping[str, str], session: Thing, typed: Typed) -> None:
    offered = [one["shipping_rate"] for one in session["shipping_options"]]
    if offered:
        typed.rate = form.get("shipping_rate") or (session["shipping_cost"] or {}).get("shipping_rate") or offered[0]
        if typed.rate not in offered:
            typed.wrong["shipping_rate"] = "Choose one of the ways of sending."
