"""Setup intents by API."""

from typing import Any

from sandbox import rules
from sandbox.errors import StripeError, card_error, invalid, refused
from sandbox.paying import methods, setups
from sandbox.transaction import Thing, Transaction, public
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route

NOUN = "setup_intent"
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_NOT_YET = (
    "attach_to_self", "confirmation_token", "flow_directions", "mandate_data", "on_behalf_of", "payment_method_data",
    "single_use",
)  # fmt: skip


def _check(tx: Transaction, params: Thing) -> None:
    for name in _NOT_YET:
        if name in params:
            raise invalid(f"The sandbox does not offer {name} yet.", name)
    if params.get("customer"):
        tx.require("customer", params["customer"], "customer")


@route("POST", "/v1/setup_intents", "SetupIntentCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    _check(tx, params)
    if "return_url" in params and not params.get("confirm"):
        raise invalid("The parameter `return_url` can only be used with `confirm: true`.", "return_url")
    automatic = params.get("automatic_payment_methods") or {"enabled": True}
    method = methods.resolved(tx, params["payment_method"]) if params.get("payment_method") else None
    intent = setups.made(
        tx,
        automatic_payment_methods={"allow_redirects": "always"} | automatic,
        customer=params.get("customer"),
        description=params.get("description"),
        metadata=rules.merged_metadata({}, params.get("metadata")),
        usage=params.get("usage", "off_session"),
    )
    if method:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
        tx.put(intent)
    return _confirmed(tx, intent, params) if params.get("confirm") else intent


@route("POST", "/v1/setup_intents/<id>/confirm", "SetupIntentConfirmParams")
def confirm(call: Call) -> Thing:
    tx, params = call.tx, call.params
    intent = tx.require("setup_intent", call.ids["id"], noun=NOUN)
    _check(tx, params)
    if intent["status"] not in _OPEN:
        raise _unexpected(intent, "confirmed")
    if params.get("payment_method"):
        intent["payment_method"] = methods.resolved(tx, params["payment_method"])["id"]
    return _confirmed(tx, intent, params)


def _unexpected(intent: Thing, doing: str) -> StripeError:
    message = f"This SetupIntent could not be {doing} because it has a status of {intent['status']}."
    return refused(message, None, "setup_intent_unexpected_state", setup_intent=public(intent))


def _confirmed(tx: Transaction, intent: Thing, params: Thing) -> Thing:
    if not intent["payment_method"]:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise refused(message, None, "setup_intent_unexpected_state", setup_intent=public(intent))
    setups.attempt(tx, intent, tx.get(intent["payment_method"]), params.get("return_url"))
    error = intent["last_setup_error"]
    if error:
        more: dict[str, Any] = {name: error.get(name) for name in ("decline_code", "payment_method")}
        raise card_error(error["message"], error["code"], setup_intent=public(intent), **more)
    return intent


@route("POST", "/v1/setup_intents/<id>/cancel", "SetupIntentCancelParams")
def cancel(call: Call) -> Thing:
    intent = call.tx.require("setup_intent", call.ids["id"], noun=NOUN)
    if intent["status"] not in _OPEN:
        raise _unexpected(intent, "canceled")
    return setups.cancel(call.tx, intent, call.params.get("cancellation_reason"))


@route("POST", "/v1/setup_intents/<id>", "SetupIntentUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    intent = tx.require("setup_intent", call.ids["id"], noun=NOUN)
    _check(tx, params)
    intent["metadata"] = rules.merged_metadata(intent["metadata"], params.get("metadata"))
    for name in ("customer", "description"):
        if name in params:
            intent[name] = params[name] or None
    if params.get("payment_method"):
        if intent["status"] not in _OPEN:
            raise _unexpected(intent, "updated")
        method = methods.resolved(tx, params["payment_method"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return tx.put(intent)


@route("GET", "/v1/setup_intents/<id>", "SetupIntentRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("setup_intent", call.ids["id"], noun=NOUN)


@route("GET", "/v1/setup_intents", "SetupIntentListParams")
def listing(call: Call) -> Thing:
    return listed(call, "setup_intent", "customer", "payment_method")
