"""One try to pay an intent with a card: authentication first where the card wants it, then the charge."""

from sandbox import cards
from sandbox.paying import charges, disputing, followers, intents, methods, reviewing, settlement
from sandbox.transaction import Thing, Transaction, public

AUTHENTICATION_FAILED = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod "
    "to attempt to fulfill this PaymentIntent again."
)
LOOKUP_FAILED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and try again."
)


def attempt(tx: Transaction, intent: Thing, method: Thing, page: str | None, off_session: bool = False) -> Thing:
    """Try; the intent says by its status and last_payment_error how it went.

    `page` is where an absent buyer would authenticate: the sandbox's own page, or None for Stripe.js.
    """
    card = methods.card_of(method)
    intent |= {"payment_method": method["id"], "last_payment_error": None, "next_action": None}
    if not _asks(card, method, off_session):
        return _charged(tx, intent, method, authenticated=False)
    if off_session:
        return _refused(tx, intent, method, "authentication_required", authenticated=False)
    if card.lookup_fails:
        return _refused(tx, intent, method, "generic_decline", authenticated=False)
    intent |= {"status": "requires_action", "next_action": _next_action(tx, intent, page)}
    tx.put(intent)
    tx.tell("payment_intent.requires_action", intent)
    followers.notify(tx, intent)
    return intent


def authenticated(tx: Transaction, intent: Thing, passed: bool) -> Thing:
    """The buyer has answered the bank's question (section 12, 3DS rows)."""
    method = tx.get(intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _charged(tx, intent, method, authenticated=True)
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "last_payment_error": {
            "code": "payment_intent_authentication_failure",
            "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
            "message": AUTHENTICATION_FAILED,
            "payment_method": public(method),
            "type": "card_error",
        },
    }
    tx.put(intent)
    tx.tell("payment_intent.payment_failed", intent)
    followers.notify(tx, intent)
    return intent


def _asks(card: cards.Card, method: Thing, off_session: bool) -> bool:
    """Whether the bank wants the buyer to authenticate (section 5, the 3DS cards)."""
    if card.authenticate == "on_session":
        return not off_session
    if card.authenticate == "unless_set_up":
        return not (off_session and method.get("_set_up"))
    return card.authenticate == "always"


def _next_action(tx: Transaction, intent: Thing, page: str | None) -> Thing:
    if page is None:
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    url = f"{tx.site}/authenticate/{intent['id']}?secret={intent['client_secret']}"
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": page, "url": url}}


def _charged(tx: Transaction, intent: Thing, method: Thing, authenticated: bool) -> Thing:
    card = methods.card_of(method)
    if card.decline:
        return _refused(tx, intent, method, card.decline, authenticated)
    charge = charges.succeeded(tx, intent, method, authenticated)
    intent |= {"latest_charge": charge["id"], "next_action": None}
    review = reviewing.open_for(tx, intent, charge) if card.risk == "elevated" else None
    tx.put(charge)
    _tell_success(tx, intent, charge)
    if review:
        tx.tell("review.opened", review)
    followers.notify(tx, intent)
    return intent


def _tell_success(tx: Transaction, intent: Thing, charge: Thing) -> None:
    if intents.is_manual(intent):
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        tx.put(intent)
        tx.tell("charge.succeeded", charge)
        tx.tell("payment_intent.amount_capturable_updated", intent)
        return
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    tx.put(intent)
    settlement.at_once_or_later(tx, charge)
    tx.tell("charge.succeeded", charge)
    disputing.after_payment(tx, charge)
    tx.tell("payment_intent.succeeded", intent)


def _refused(tx: Transaction, intent: Thing, method: Thing, reason: str, authenticated: bool) -> Thing:
    charge = charges.failed(tx, intent, method, reason, authenticated)
    decline = cards.DECLINES[reason]
    error = {
        "advice_code": decline.advice,
        "charge": charge["id"],
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": "https://stripe.com/docs/error-codes/" + decline.code.replace("_", "-"),
        "message": decline.message,
        "payment_method": public(method),
        "type": "card_error",
    }
    intent |= {
        "last_payment_error": {name: value for name, value in error.items() if value is not None},
        "latest_charge": charge["id"],
        "payment_method": None,
        "status": "requires_payment_method",
    }
    tx.put(intent)
    tx.tell("payment_intent.payment_failed", intent)
    followers.notify(tx, intent)
    return intent
