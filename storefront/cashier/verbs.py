"""How each command is called at Stripe, how its effect is recognised there, and how it starts afresh."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from storefront.cashier import customers, dispute_verbs
from storefront.cashier.gateway import Gateway, GatewayError, Trouble
from storefront.cashier.till import Till
from storefront.clock import now
from storefront.payments.command import StripeCommand, Verb
from storefront.subscriptions.request import Deed

Json = dict[str, Any]

SESSION_LIFE = timedelta(minutes=35)
SHORTEST_LIFE = timedelta(minutes=30, seconds=15)
"""Stripe wants at least 30 minutes when the call arrives."""


@dataclass(frozen=True, slots=True)
class Act:
    """`call`: gateway, parameters, idempotency key. `effect`: what Stripe has if the command was carried out, else None.

    `renewed`: the parameters of a new attempt; None where the old ones still serve. `sent`: the parameters as they are
    sent, where the row does not hold all of them.
    """

    call: Callable[[Gateway, Json, str], Json]
    effect: Callable[[Gateway, StripeCommand], Json | None]
    renewed: Callable[[Json], Json | None] = lambda _parameters: None
    sent: Callable[[Till, StripeCommand], Json] = lambda _till, row: row.parameters


def _opened(gateway: Gateway, command: StripeCommand) -> Json | None:
    since = int((command.created_at - timedelta(minutes=5)).timestamp())
    found = gateway.sessions(created={"gte": since})
    return next((one for one in found if (one.get("metadata") or {}).get("payment") == command.reference), None)


def _renewed_session(parameters: Json) -> Json | None:
    if parameters["expires_at"] >= (now() + SHORTEST_LIFE).timestamp():
        return None
    return {**parameters, "expires_at": int((now() + SESSION_LIFE).timestamp())}


def _expired(gateway: Gateway, command: StripeCommand) -> Json | None:
    session = gateway.session(command.parameters["session"])
    return session if session["status"] != "open" else None


def _capture(gateway: Gateway, parameters: Json, key: str) -> Json:
    return gateway.capture(parameters["intent"], {"amount_to_capture": parameters["amount_to_capture"]}, key)


def _release(gateway: Gateway, parameters: Json, key: str) -> Json:
    return gateway.release(parameters["intent"], {"cancellation_reason": parameters["cancellation_reason"]}, key)


def _intent_is(status: str) -> Callable[[Gateway, StripeCommand], Json | None]:
    def effect(gateway: Gateway, command: StripeCommand) -> Json | None:
        intent = gateway.intent(command.parameters["intent"])
        return intent if intent["status"] == status else None

    return effect


def _refunded(gateway: Gateway, command: StripeCommand) -> Json | None:
    listed = gateway.refunds(payment_intent=command.parameters["payment_intent"])
    return next((one for one in listed if (one.get("metadata") or {}).get("refund") == command.reference), None)


def _priced(gateway: Gateway, command: StripeCommand) -> Json | None:
    found = gateway.prices([command.parameters["lookup_key"]])
    return found[0] if found else None


def _customer_made(gateway: Gateway, command: StripeCommand) -> Json | None:
    """Stripe lists no customer that was deleted, and none of the other mode."""
    found = customers.customers_with(gateway, command.parameters["email"])
    return next((one for one in found if one["metadata"] == command.parameters["metadata"]), None)


def _customer_gone(gateway: Gateway, command: StripeCommand) -> Json | None:
    """What is left of the customer, if it was deleted or never was one of this account."""
    name = command.parameters["customer"]
    try:
        found = customers.customer(gateway, name)
    except GatewayError as error:
        if error.trouble != Trouble.MISSING:
            raise
        return {"id": name, "deleted": True}
    return found if found.get("deleted") else None


def _as_asked(gateway: Gateway, command: StripeCommand) -> Json | None:
    """The subscription, if it stands by now as it was asked to."""
    thing = gateway.subscription(command.parameters["subscription"])
    ends = bool(thing.get("cancel_at") or thing.get("cancel_at_period_end"))
    paused = thing["status"] == "paused" or bool(thing.get("pause_collection"))
    stands = {
        Deed.END_NOW: thing["status"] == "canceled",
        Deed.END_LATER: ends,
        Deed.STAY: not ends,
        Deed.PAUSE: paused,
        Deed.RESUME: not paused,
    }
    return thing if stands[Deed(command.parameters["deed"])] else None


ACTS: dict[str, Act] = {
    Verb.OPEN_SESSION: Act(
        lambda gateway, parameters, key: gateway.open_session(parameters, key), _opened, _renewed_session
    ),
    Verb.EXPIRE_SESSION: Act(
        lambda gateway, parameters, key: gateway.expire_session(parameters["session"], key), _expired
    ),
    Verb.CAPTURE: Act(_capture, _intent_is("succeeded")),
    Verb.RELEASE: Act(_release, _intent_is("canceled")),
    Verb.MAKE_PRICE: Act(lambda gateway, parameters, key: gateway.create_price(parameters, key), _priced),
    Verb.MAKE_CUSTOMER: Act(customers.create_customer, _customer_made),
    Verb.DELETE_CUSTOMER: Act(
        lambda gateway, asked, _key: customers.delete_customer(gateway, asked["customer"]), _customer_gone
    ),
    Verb.UPDATE_SUBSCRIPTION: Act(
        lambda gateway, asked, key: gateway.update_subscription(asked["subscription"], asked["change"], key), _as_asked
    ),
    Verb.CANCEL_SUBSCRIPTION: Act(
        lambda gateway, asked, _key: gateway.cancel_subscription(asked["subscription"]), _as_asked
    ),
    Verb.RESUME_SUBSCRIPTION: Act(
        lambda gateway, asked, key: gateway.resume_subscription(asked["subscription"], key), _as_asked
    ),
    Verb.REFUND: Act(lambda gateway, parameters, key: gateway.create_refund(parameters, key), _refunded),
    Verb.UPLOAD_EVIDENCE: Act(dispute_verbs.upload, dispute_verbs.uploaded, sent=dispute_verbs.with_content),
    Verb.STAGE_EVIDENCE: Act(dispute_verbs.send, dispute_verbs.sent),
    Verb.SUBMIT_EVIDENCE: Act(dispute_verbs.send, dispute_verbs.sent),
    Verb.ACCEPT_DISPUTE: Act(dispute_verbs.accept, dispute_verbs.accepted),
}
