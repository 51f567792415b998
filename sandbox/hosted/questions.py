"""What a session asks beside money and address: the shop's own fields, consent, a phone number, a billing address."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.transaction import Thing

BILLING = ("line1", "line2", "city", "state", "postal_code", "country")
_NEEDED = {"line1": "your address", "city": "your city", "country": "your country"}


@dataclass
class Answers:
    """The buyer's answers; `values` by the key of a custom field."""

    phone: str | None = None
    billing: Thing | None = None
    consent: Thing | None = None
    values: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str | None] = field(default_factory=dict)


def read(form: Mapping[str, str], session: Thing) -> tuple[Answers, dict[str, str]]:
    """The answers, and a sentence for each that does not do."""
    answers, wrong = Answers(), {}
    for one in session["custom_fields"]:
        name = f"custom_{one['key']}"
        text = form.get(name, "").strip()
        answers.values[one["key"]] = text or None
        sentence = _unfit(one, text)
        if sentence:
            wrong[name] = sentence
    for kind, asked in names_asked(session).items():
        answers.names[f"{kind}_name"] = form.get(f"{kind}_name", "").strip() or None
        if not (asked["optional"] or answers.names[f"{kind}_name"]):
            wrong[f"{kind}_name"] = "Fill in this field."
    if session["phone_number_collection"]["enabled"]:
        answers.phone = form.get("phone", "").strip()
        if len([sign for sign in answers.phone if sign.isdigit()]) < 6:
            wrong["phone"] = "Your phone number is incomplete."
    if asks_billing(session):
        answers.billing = {name: form.get(f"billing_{name}", "").strip() or None for name in BILLING}
        wrong |= {f"billing_{name}": f"Write {words}." for name, words in _NEEDED.items() if not answers.billing[name]}
    answers.consent = _consent(form, session)
    if answers.consent and asks_terms(session) and answers.consent["terms_of_service"] is None:
        wrong["terms"] = "Accept the terms of service to go on."
    return answers, wrong


def names_asked(session: Thing) -> dict[str, Thing]:
    """The kinds of name that are asked for, business or individual, and how."""
    asked = session.get("name_collection") or {}
    return {kind: asked[kind] for kind in ("business", "individual") if (asked.get(kind) or {}).get("enabled")}


def asks_billing(session: Thing) -> bool:
    """A shipping address, where one is asked for, is the billing address too; tax needs to know one of them."""
    asked = session["billing_address_collection"] == "required" or session["automatic_tax"]["enabled"]
    return asked and not session["shipping_address_collection"]


def asks_terms(session: Thing) -> bool:
    return (session["consent_collection"] or {}).get("terms_of_service") == "required"


def take(session: Thing, answers: Answers) -> None:
    """Write the answers into the session."""
    for one in session["custom_fields"]:
        one[one["type"]]["value"] = answers.values[one["key"]]
    session["consent"] = answers.consent


def _unfit(asked: Thing, text: str) -> str | None:
    if not text:
        return None if asked["optional"] else "Fill in this field."
    limits = asked[asked["type"]]
    if asked["type"] == "dropdown":
        return None if text in [one["value"] for one in limits["options"]] else "Choose one of these."
    if asked["type"] == "numeric" and not (text.isascii() and text.isdigit()):
        return "Write digits only."
    if len(text) < (limits["minimum_length"] or 0):
        return f"Write at least {limits['minimum_length']} characters."
    if len(text) > (limits["maximum_length"] or 255):
        return f"Write at most {limits['maximum_length'] or 255} characters."
    return None


def _consent(form: Mapping[str, str], session: Thing) -> Thing | None:
    asked = session["consent_collection"] or {}
    if not {asked.get("promotions"), asked.get("terms_of_service")} & {"auto", "required"}:
        return None
    news = ("opt_in" if form.get("promotions") == "yes" else "opt_out") if asked.get("promotions") == "auto" else None
    accepted = "accepted" if asks_terms(session) and form.get("terms") == "yes" else None
    return {"promotions": news, "terms_of_service": accepted}
