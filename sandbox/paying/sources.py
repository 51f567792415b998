"""Cards as customers kept them before there were payment methods: `source=tok_visa` (docs sources/customers)."""

from sandbox import cards, ids
from sandbox.errors import card_error, invalid
from sandbox.paying import methods
from sandbox.transaction import Thing, Transaction

_BRANDS = {"amex": "American Express", "diners": "Diners Club", "discover": "Discover", "jcb": "JCB",
           "mastercard": "MasterCard", "unionpay": "UnionPay", "visa": "Visa"}  # fmt: skip


def kept(tx: Transaction, customer: Thing, token: str, param: str = "source") -> Thing:
    """Keep the card of a `tok_..` name for a customer; the first one becomes the default. Raises 402 as attaching does."""
    card = cards.by_token(token) if token.startswith("tok_") else None
    if card is None:
        raise invalid(f"No such token: '{token}'", param, "resource_missing")
    refusal = methods.refuses_attachment(card)
    if refusal:
        decline = cards.DECLINES[refusal]
        raise card_error(decline.message, decline.code, decline_code=decline.decline_code)
    method = methods.from_card(tx, card, cards.usual_expiry(tx.now), None, has_cvc=False)
    tx.drop(method)
    method["id"] = ids.new_id("card")
    method["customer"] = customer["id"]
    tx.put(method)
    tx.tell("customer.source.created", shown(method))
    if customer["default_source"] is None:
        customer["default_source"] = method["id"]
        tx.put(customer)
    return method


def of(tx: Transaction, customer: Thing) -> list[Thing]:
    """The customer's cards of this kind, the oldest first."""
    methods_kept = tx.all("payment_method", newest_first=False, customer=customer["id"])
    return [one for one in methods_kept if one["id"].startswith("card_")]


def shown(method: Thing) -> Thing:
    """A kept card as the older object `card`."""
    card, details = method["card"], method["billing_details"]
    address = details["address"]
    return {
        "id": method["id"],
        "object": "card",
        "address_city": address["city"],
        "address_country": address["country"],
        "address_line1": address["line1"],
        "address_line1_check": card["checks"]["address_line1_check"],
        "address_line2": address["line2"],
        "address_state": address["state"],
        "address_zip": address["postal_code"],
        "address_zip_check": card["checks"]["address_postal_code_check"],
        "brand": _BRANDS[card["brand"]],
        "country": card["country"],
        "customer": method["customer"],
        "cvc_check": card["checks"]["cvc_check"],
        "dynamic_last4": None,
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "last4": card["last4"],
        "metadata": method["metadata"],
        "name": details["name"],
        "regulated_status": card["regulated_status"],
        "tokenization_method": None,
    }
