"""Setup intents: a card is kept for later payments, after the bank's question where it has one (STRIPE.md section 12)."""

from typing import Any

from sandbox import cards, ids
from sandbox.paying import followers, methods
from sandbox.transaction import Thing, Transaction, public

FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod "
    "to attempt to fulfill this SetupIntent again."
)


def made(tx: Transaction, **fields: Any) -> Thing:
    """Write a new setup intent and tell setup_intent.created."""
    intent = tx.new("seti", "setup_intent")
    intent |= {
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": ids.secret_of(intent["id"]),
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
        **fields,
    }
    tx.put(intent)
    tx.tell("setup_intent.created", intent)
    return intent


def attempt(tx: Transaction, intent: Thing, method: Thing, page: str | None) -> Thing:
    """Try to set a card up; status and last_setup_error say how it went."""
    card = methods.card_of(method)
    intent |= {"payment_method": method["id"], "last_setup_error": None, "next_action": None}
    if card.authenticate in ("always", "unless_set_up") and not card.lookup_fails:
        intent |= {"status": "requires_action", "next_action": _next_action(tx, intent, page)}
        tx.put(intent)
        tx.tell("setup_intent.requires_action", intent)
        return intent
    return _settled(tx, intent, method, methods.refuses_attachment(card))


def authenticated(tx: Transaction, intent: Thing, passed: bool) -> Thing:
    """The buyer has answered the bank's question."""
    method = tx.get(intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _settled(tx, intent, method, None)
    return _failed(tx, intent, method, {"code": "setup_intent_authentication_failure", "message": FAILED})


def _next_action(tx: Transaction, intent: Thing, page: str | None) -> Thing:
    if page is None:
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    url = f"{tx.site}/authenticate/{intent['id']}?secret={intent['client_secret']}"
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": page, "url": url}}


def _settled(tx: Transaction, intent: Thing, method: Thing, decline: str | None) -> Thing:
    if decline:
        told = cards.DECLINES[decline]
        return _failed(
            tx, intent, method, {"code": told.code, "decline_code": told.decline_code, "message": told.message}
        )
    method["_set_up"] = intent["usage"] == "off_session"
    tx.put(method)
    intent["status"] = "succeeded"
    tx.put(intent)
    # Section 12: Card update (portal) has the card attached first, Subscription, trial the intent succeed first.
    keeps = bool(intent["customer"] and not method["customer"])
    if keeps and intent.get("_becomes_default"):
        methods.attach(tx, method, intent["customer"])
    tx.tell("setup_intent.succeeded", intent)
    if keeps and not intent.get("_becomes_default"):
        methods.attach(tx, method, intent["customer"])
    followers.notify(tx, intent)
    return intent


def _failed(tx: Transaction, intent: Thing, method: Thing, error: Thing) -> Thing:
    address = "https://stripe.com/docs/error-codes/" + error["code"].replace("_", "-")
    intent |= {
        "last_setup_error": error | {"doc_url": address, "payment_method": public(method), "type": "card_error"},
        "payment_method": None,
        "status": "requires_payment_method",
    }
    tx.put(intent)
    tx.tell("setup_intent.setup_failed", intent)
    return intent


def cancel(tx: Transaction, intent: Thing, reason: str | None) -> Thing:
    intent |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    tx.put(intent)
    tx.tell("setup_intent.canceled", intent)
    return intent
