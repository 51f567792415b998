"""The life of a payment intent: made, failed, held, captured, canceled (STRIPE.md section 4)."""

from typing import Any

from sandbox import ids
from sandbox.errors import StripeError, refused
from sandbox.paying import releasing, reviewing
from sandbox.transaction import Thing, Transaction, public

CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing")


def made(tx: Transaction, amount: int, currency: str, **fields: Any) -> Thing:
    """Write a new intent and tell payment_intent.created."""
    intent = tx.new("pi", "payment_intent", amount=amount, currency=currency)
    intent |= {
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": ids.secret_of(intent["id"]),
        "confirmation_method": "automatic",
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": card_options({})},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    intent |= fields
    tx.put(intent)
    tx.tell("payment_intent.created", intent)
    return intent


def card_options(given: Thing) -> Thing:
    """payment_method_options.card as an intent shows it."""
    options = {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": given.get("request_three_d_secure", "automatic"),
    }
    if given.get("capture_method"):
        options["capture_method"] = given["capture_method"]
    return options


def is_manual(intent: Thing) -> bool:
    """Whether a card payment of this intent is only held."""
    options = intent["payment_method_options"].get("card") or {}
    return "manual" in (options.get("capture_method"), intent["capture_method"])


def unexpected_state(intent: Thing, doing: str, wanted: str) -> StripeError:
    """400 payment_intent_unexpected_state with the intent inside, as Stripe sends it."""
    message = (
        f"This PaymentIntent could not be {doing} because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {doing}: {wanted}."
    )
    return refused(message, None, "payment_intent_unexpected_state", payment_intent=public(intent))


def cancel(tx: Transaction, intent: Thing, reason: str | None) -> Thing:
    """End an intent that has not succeeded; what becomes of a hold's charge is a variant."""
    held = intent["status"] == "requires_capture"
    intent |= {
        "status": "canceled",
        "canceled_at": tx.now,
        "cancellation_reason": reason,
        "amount_capturable": 0,
        "next_action": None,
    }
    tx.put(intent)
    if held and tx.variants["cancel_of_hold"] != "quiet":
        releasing.as_refund(tx, tx.get(intent["latest_charge"]), made=tx.variants["cancel_of_hold"] == "refund")
    tx.tell("payment_intent.canceled", intent)
    reviewing.close_of(tx, intent, "canceled")
    return intent
