"""Payment intents by API: create, confirm, capture, cancel (STRIPE.md section 4)."""

from typing import Any

from sandbox import rules
from sandbox.errors import StripeError, card_error, exclusive, invalid, refused
from sandbox.paying import attempting, capturing, intents, methods
from sandbox.transaction import Thing, Transaction, public
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

NOUN = "payment_intent"
_LIMITS = {"description": 1000, "statement_descriptor": 22, "statement_descriptor_suffix": 22}
_PLAIN = ("description", "receipt_email", "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix")
_NOT_YET = (
    "amount_details",
    "application_fee_amount",
    "confirmation_token",
    "hooks",
    "mandate",
    "mandate_data",
    "on_behalf_of",
    "payment_details",
    "payment_method_data",
    "radar_options",
    "transfer_data",
)


def _check(tx: Transaction, params: Thing) -> None:
    rules.no_longer_than(params, _LIMITS)
    rules.sound_email(params.get("receipt_email"), "receipt_email")
    rules.sound_descriptor(params.get("statement_descriptor_suffix"), "statement_descriptor_suffix")
    for name in _NOT_YET:
        if name in params:
            raise invalid(f"The sandbox does not offer {name} yet.", name)
    if params.get("customer"):
        tx.require("customer", params["customer"], "customer")


@route("POST", "/v1/payment_intents", "PaymentIntentCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    _check(tx, params)
    currency = rules.sound_currency(params["currency"])
    rules.chargeable(params["amount"], currency, bounded=tx.variants["smallest_amounts"] == "enforced")
    if not params.get("confirm"):
        for name in ("return_url", "off_session", "error_on_requires_action"):
            if name in params:
                raise invalid(f"The parameter `{name}` can only be used with `confirm: true`.", name)
    fields = _fields(params)
    if "automatic_payment_methods" in params and "allowed_payment_method_types" in params:
        raise exclusive("automatic_payment_methods", "allowed_payment_method_types")
    automatic = params.get("automatic_payment_methods") or {"enabled": True}
    fields["automatic_payment_methods"] = {"allow_redirects": "always"} | automatic
    fields["payment_method_types"] = ["card"]
    method = methods.resolved(tx, params["payment_method"]) if params.get("payment_method") else None
    intent = intents.made(tx, params["amount"], currency, **fields)
    if method:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
        tx.put(intent)
    return _confirmed(tx, intent, params) if params.get("confirm") else intent


def _fields(params: Thing) -> Thing:
    fields: Thing = {name: params[name] or None for name in _PLAIN if name in params}
    for name in ("capture_method", "confirmation_method", "customer", "transfer_group"):
        if name in params:
            fields[name] = params[name]
    if "metadata" in params:
        fields["metadata"] = rules.merged_metadata({}, params["metadata"])
    if "shipping" in params:
        fields["shipping"] = rules.shipping(params["shipping"])
    card = (params.get("payment_method_options") or {}).get("card")
    if card:
        fields["payment_method_options"] = {"card": intents.card_options(card)}
    return fields


@route("POST", "/v1/payment_intents/<id>/confirm", "PaymentIntentConfirmParams")
def confirm(call: Call) -> Thing:
    tx, params = call.tx, call.params
    intent = tx.require("payment_intent", call.ids["id"], noun=NOUN)
    _own(intent, "confirmed")
    _check(tx, params)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise intents.unexpected_state(
            intent, "confirmed", "requires_payment_method, requires_confirmation, requires_action"
        )
    if params.get("payment_method"):
        intent["payment_method"] = methods.resolved(tx, params["payment_method"])["id"]
    intent |= _fields({name: value for name, value in params.items() if name != "customer"})
    return _confirmed(tx, intent, params)


def _own(intent: Thing, doing: str) -> None:
    """Section 3, PI control: the intent of an open session is the session's."""
    if intent.get("_session") and intent["status"] not in ("requires_capture", "succeeded", "canceled"):
        raise refused(
            f"This PaymentIntent cannot be {doing} directly, because it was created by a Checkout Session. "
            "Expire the Checkout Session instead."
        )


def _confirmed(tx: Transaction, intent: Thing, params: Thing) -> Thing:
    if not intent["payment_method"]:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method."
        )
        raise refused(message, None, "payment_intent_unexpected_state", payment_intent=public(intent))
    automatic = intent["automatic_payment_methods"] or {}
    redirects = automatic.get("enabled") and automatic.get("allow_redirects") == "always"
    if redirects and not params.get("return_url") and not params.get("use_stripe_sdk"):
        message = (
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and "
            "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents."
        )
        raise invalid(message)
    method = tx.get(intent["payment_method"])
    off_session = params.get("off_session") in (True, "one_off", "recurring", "true")
    attempting.attempt(tx, intent, method, params.get("return_url"), off_session)
    if intent["last_payment_error"]:
        raise _declined(intent)
    if intent["status"] == "requires_action" and params.get("error_on_requires_action"):
        raise card_error("This payment required an authentication action to complete.", "authentication_required")
    return intent


def _declined(intent: Thing) -> StripeError:
    error = dict(intent["last_payment_error"])
    kept = ("advice_code", "charge", "decline_code", "payment_method")
    more: dict[str, Any] = {name: error.get(name) for name in kept}
    return card_error(error["message"], error["code"], payment_intent=public(intent), **more)


@route("POST", "/v1/payment_intents/<id>/capture", "PaymentIntentCaptureParams")
def capture(call: Call) -> Thing:
    tx, params = call.tx, call.params
    intent = tx.require("payment_intent", call.ids["id"], noun=NOUN)
    if intent["status"] != "requires_capture":
        raise intents.unexpected_state(intent, "captured", "requires_capture")
    amount = int(params["amount_to_capture"] if "amount_to_capture" in params else intent["amount_capturable"])
    rules.positive(amount, "amount_to_capture")
    if amount > intent["amount_capturable"]:
        message = "The capture amount is greater than the amount that can be captured on this PaymentIntent."
        raise refused(message, "amount_to_capture", "amount_too_large")
    if params.get("final_capture") is False:
        raise refused("This PaymentIntent was not created for multiple captures.", "final_capture")
    intent["metadata"] = rules.merged_metadata(intent["metadata"], params.get("metadata"))
    return capturing.capture(tx, intent, amount)


@route("POST", "/v1/payment_intents/<id>/increment_authorization", "PaymentIntentIncrementAuthorizationParams")
def increment_authorization(call: Call) -> Thing:
    """Refused, as for every card that is not present where the shop did not ask for it (section 4)."""
    tx, params = call.tx, call.params
    intent = tx.require("payment_intent", call.ids["id"], noun=NOUN)
    if intent["status"] != "requires_capture":
        raise intents.unexpected_state(intent, "incremented", "requires_capture")
    if params["amount"] <= intent["amount"]:
        message = "The amount must be greater than the currently authorized amount."
        raise invalid(message, "amount", "parameter_invalid_integer")
    raise refused("This PaymentIntent does not support incremental authorization.", payment_intent=public(intent))


@route("POST", "/v1/payment_intents/<id>/cancel", "PaymentIntentCancelParams")
def cancel(call: Call) -> Thing:
    tx = call.tx
    intent = tx.require("payment_intent", call.ids["id"], noun=NOUN)
    _own(intent, "canceled")
    if intent["status"] not in intents.CANCELABLE:
        raise intents.unexpected_state(
            intent,
            "canceled",
            "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing",
        )
    return intents.cancel(tx, intent, call.params.get("cancellation_reason"))


@route("POST", "/v1/payment_intents/<id>", "PaymentIntentUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    intent = tx.require("payment_intent", call.ids["id"], noun=NOUN)
    _check(tx, params)
    _update_amount(tx, intent, params)
    metadata = rules.merged_metadata(intent["metadata"], params.pop("metadata", None))
    options = (params.get("payment_method_options") or {}).get("card")
    intent |= _fields(params) | {"metadata": metadata}
    if options:
        intent["payment_method_options"] = {"card": intents.card_options(options)}
    if params.get("payment_method"):
        _only_before_payment(intent, "payment_method")
        method = methods.resolved(tx, params["payment_method"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return tx.put(intent)


def _update_amount(tx: Transaction, intent: Thing, params: Thing) -> None:
    for name in ("amount", "currency"):
        if name in params:
            _only_before_payment(intent, name)
    currency = rules.sound_currency(str(params.get("currency", intent["currency"])))
    amount = int(params["amount"] if "amount" in params else intent["amount"])
    rules.chargeable(amount, currency, bounded=tx.variants["smallest_amounts"] == "enforced")
    intent |= {"amount": amount, "currency": currency}


def _only_before_payment(intent: Thing, name: str) -> None:
    if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        message = (
            f"This PaymentIntent's {name} could not be updated because it has a status of {intent['status']}. "
            "You may only update it in requires_payment_method, requires_confirmation or requires_action."
        )
        raise refused(message, name, "payment_intent_unexpected_state", payment_intent=public(intent))


@route("GET", "/v1/payment_intents/<id>", "PaymentIntentRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("payment_intent", call.ids["id"], noun=NOUN)


@route("GET", "/v1/payment_intents", "PaymentIntentListParams")
def listing(call: Call) -> Thing:
    return listed(call, "payment_intent", "customer")
