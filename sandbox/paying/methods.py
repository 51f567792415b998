"""Payment methods made from test cards; the number itself is never kept, only the card's published name."""

import hashlib
from typing import Any

from sandbox import cards
from sandbox.errors import no_such
from sandbox.transaction import Thing, Transaction

BILLING = ("address", "email", "name", "phone", "tax_id")


def billing_details(given: Any = None) -> Thing:
    """All fields of billing_details, with a full address of nulls where none is known."""
    given = given or {}
    known = given.get("address") or {}
    address = {name: known.get(name) or None for name in ("city", "country", "line1", "line2", "postal_code", "state")}
    return {name: given.get(name) or None for name in BILLING} | {"address": address}


def from_card(tx: Transaction, card: cards.Card, expiry: tuple[int, int], details: Any, has_cvc: bool = True) -> Thing:
    """Write a payment method for a test card; expiry is (month, year of four digits)."""
    checks = _checks(card, billing_details(details)["address"], has_cvc)
    method = tx.new(
        "pm",
        "payment_method",
        allow_redisplay="unspecified",
        billing_details=billing_details(details),
        card=_card(tx, card, expiry, checks),
        customer=None,
        customer_account=None,
        metadata={},
        type="card",
        _card=card.token,
    )
    return tx.put(method)


def resolved(tx: Transaction, name: str, param: str = "payment_method") -> Thing:
    """The payment method of an id; pm_card_* and tok_* names make a new one each time. Raises 400 if there is none."""
    card = cards.by_token(name)
    if card is not None:
        return from_card(tx, card, cards.usual_expiry(tx.now), None, has_cvc=False)
    method = tx.find(name)
    if method is None or method["object"] != "payment_method":
        raise no_such("PaymentMethod", name, param)
    return method


def card_of(method: Thing) -> cards.Card:
    card = cards.by_token(method["_card"])
    if card is None:
        raise LookupError(method["_card"])
    return card


def refuses_attachment(card: cards.Card) -> str | None:
    """The decline with which a card refuses to be kept; 0341 lets itself be kept, then never pays (section 5)."""
    kept = card.authenticate != "never" or card.token == "pm_card_chargeCustomerFail"  # noqa: S105  # nosec B105 - a test card's name
    return None if kept else card.decline


def attach(tx: Transaction, method: Thing, customer: str) -> None:
    """Keep a method for a customer and tell payment_method.attached."""
    method["customer"] = customer
    tx.put(method)
    tx.tell("payment_method.attached", method)


def refund_behaviour(method: Thing) -> str:
    """How a refund to this method goes: succeeded, pending first, or failing later."""
    return card_of(method).refund if method["type"] == "card" else "succeeded"


def fingerprint(account: str, card: cards.Card) -> str:
    """The same for the same card on one account, as at Stripe."""
    return hashlib.sha256(f"{account}:{card.token}".encode()).hexdigest()[:16]


def _checks(card: cards.Card, address: Thing, has_cvc: bool) -> Thing:
    return {
        "address_line1_check": card.line1_check if address["line1"] else None,
        "address_postal_code_check": card.postal_code_check if address["postal_code"] else None,
        "cvc_check": card.cvc_check if has_cvc or card.cvc_check == "fail" else None,
    }


def _card(tx: Transaction, card: cards.Card, expiry: tuple[int, int], checks: Thing) -> Thing:
    return {
        "brand": card.brand,
        "checks": checks,
        "country": card.country,
        "display_brand": {"amex": "american_express", "diners": "diners_club"}.get(card.brand, card.brand),
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "fingerprint": fingerprint(tx.account, card),
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
