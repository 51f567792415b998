"""What the fixtures of Stripe's command line call to pay a session without a browser; Stripe itself documents it nowhere."""

from typing import Any

import typing_extensions as te

from sandbox import cards
from sandbox.errors import card_error, refused
from sandbox.hosted import submitting
from sandbox.paying import methods
from sandbox.transaction import Thing
from sandbox.wire.routing import Call, route


class PaymentPageConfirmParams(te.TypedDict):
    """Of the many parameters the two that the fixtures send."""

    expand: te.NotRequired[list[str]]
    expected_amount: te.NotRequired[int]
    payment_method: str


class PaymentPageRetrieveParams(te.TypedDict):
    """Nothing but what every call takes."""

    expand: te.NotRequired[list[str]]


@route("GET", "/v1/payment_pages/<id>", PaymentPageRetrieveParams)
def retrieve(call: Call) -> Thing:
    return call.tx.require("checkout.session", call.ids["id"], noun="payment_page")


@route("POST", "/v1/payment_pages/<id>/confirm", PaymentPageConfirmParams)
def confirm(call: Call) -> Thing:
    """Submit the page with a payment method; answers with the session."""
    tx, params = call.tx, call.params
    session = tx.require("checkout.session", call.ids["id"], noun="payment_page")
    if session["status"] != "open":
        raise refused(f"This Checkout Session has a status of {session['status']} and can no longer be paid.")
    if params.get("expected_amount", session["amount_total"]) != session["amount_total"]:
        raise refused("The amount of this Checkout Session is not `expected_amount`.", "expected_amount")
    method = methods.resolved(tx, params["payment_method"])
    with tx.together():
        outcome = submitting.submit_method(tx, session, method)
    if outcome.state == "declined":
        raise card_error(outcome.wrong["card"], _code(outcome.decline_code), decline_code=outcome.decline_code)
    return session


def _code(decline: Any) -> str:
    return cards.DECLINES[decline].code if decline in cards.DECLINES else "card_declined"
