"""Payment methods: made from Stripe's test tokens, attached to customers and taken away again."""

from sandbox import cards, rules
from sandbox.errors import StripeError, card_error, invalid, missing, no_such, refused
from sandbox.paying import methods
from sandbox.transaction import Thing
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


@route("POST", "/v1/payment_methods", "PaymentMethodCreateParams")
def create(call: Call) -> Thing:
    """From `card[token]=tok_visa`; numbers by API are refused, as on new accounts (Q)."""
    tx, params = call.tx, call.params
    if params.get("type") != "card":
        raise invalid("The sandbox makes payment methods of type card only.", "type")
    given = params.get("card") or {}
    if "number" in given:
        raise _raw_number()
    if "token" not in given:
        raise missing("card[token]")
    card = cards.by_token(given["token"])
    if card is None:
        raise invalid(f"No such token: '{given['token']}'", "card[token]", "resource_missing")
    method = methods.from_card(tx, card, cards.usual_expiry(tx.now), params.get("billing_details"), has_cvc=False)
    method["metadata"] = rules.merged_metadata({}, params.get("metadata"))
    return tx.put(method)


def _raw_number() -> StripeError:
    return StripeError(
        402,
        "card_error",
        "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens "
        "that map to the test card you are using, see https://stripe.com/docs/testing.",
    )


@route("GET", "/v1/payment_methods/<id>", "PaymentMethodRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("payment_method", call.ids["id"], noun="PaymentMethod")


@route("POST", "/v1/payment_methods/<id>/attach", "PaymentMethodAttachParams")
def attach(call: Call) -> Thing:
    """Cards that decline refuse to be attached, except 0341 (section 5)."""
    tx = call.tx
    if not call.params.get("customer"):
        raise missing("customer")
    customer = tx.require("customer", call.params["customer"], "customer")
    method = methods.resolved(tx, call.ids["id"], "id")
    refusal = methods.refuses_attachment(methods.card_of(method)) if method["type"] == "card" else None
    if refusal:
        decline = cards.DECLINES[refusal]
        raise card_error(decline.message, decline.code, decline_code=decline.decline_code)
    if method["customer"]:
        raise refused("The payment method you provided has already been attached to a customer.")
    methods.attach(tx, method, customer["id"])
    return method


@route("POST", "/v1/payment_methods/<id>/detach", "PaymentMethodDetachParams")
def detach(call: Call) -> Thing:
    tx = call.tx
    method = tx.require("payment_method", call.ids["id"], noun="PaymentMethod")
    if not method["customer"]:
        raise refused("The payment method you provided is not attached to a customer so detachment is impossible.")
    previous, method["customer"] = {"customer": method["customer"]}, None
    tx.put(method)
    tx.tell("payment_method.detached", method, previous)
    return method


@route("POST", "/v1/payment_methods/<id>", "PaymentMethodUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    method = tx.require("payment_method", call.ids["id"], noun="PaymentMethod")
    method["metadata"] = rules.merged_metadata(method["metadata"], params.get("metadata"))
    if params.get("billing_details"):
        method["billing_details"] = methods.billing_details(params["billing_details"])
    tx.put(method)
    tx.tell("payment_method.updated", method)
    return method


@route("GET", "/v1/payment_methods", "PaymentMethodListParams")
def listing(call: Call) -> Thing:
    return listed(call, "payment_method", "customer", "type", where="json_extract(body, '$.customer') IS NOT NULL")


@route("GET", "/v1/customers/<id>/payment_methods", "CustomerPaymentMethodListParams")
def listing_of_customer(call: Call) -> Thing:
    customer = call.tx.require("customer", call.ids["id"])
    call.params["customer"] = customer["id"]
    return listed(call, "payment_method", "customer", "type")


@route("GET", "/v1/customers/<id>/payment_methods/<method>", "CustomerPaymentMethodRetrieveParams")
def retrieve_of_customer(call: Call) -> Thing:
    customer = call.tx.require("customer", call.ids["id"])
    method = call.tx.require("payment_method", call.ids["method"], noun="PaymentMethod")
    if method["customer"] != customer["id"]:
        raise no_such("PaymentMethod", call.ids["method"])
    return method
