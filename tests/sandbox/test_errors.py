"""Stripe's errors, form by form (STRIPE.md section 2)."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.conftest import client_of
from tests.sandbox.till import SHOP, TEA, Till

INTENT: dict[str, Any] = {"amount": 2000, "currency": "eur"}


def refused(call: Callable[[], Any], kind: type[stripe.StripeError] = stripe.InvalidRequestError) -> stripe.StripeError:
    with pytest.raises(kind) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("params", "code", "param", "words"),
    [
        ({"foo": "1"}, "parameter_unknown", "foo", "Received unknown parameter: foo"),
        (
            {"metadata": {"a": "1"}, "shipping": {"name": "Ada", "address": {"planet": "Mars"}}},
            "parameter_unknown",
            "shipping[address][planet]",
            "Received unknown parameter: shipping[address][planet]",
        ),
        ({"amount": None}, "parameter_missing", "amount", "Missing required param: amount."),
        ({"amount": "abc"}, "parameter_invalid_integer", "amount", "Invalid integer: abc"),
        ({"amount": "1.5"}, "parameter_invalid_integer", "amount", "Invalid integer: 1.5"),
        ({"amount": 0}, "parameter_invalid_integer", "amount", "greater than or equal to 1"),
        ({"amount": ""}, "parameter_invalid_empty", "amount", "You passed an empty string for 'amount'"),
        ({"amount": 49}, "amount_too_small", "amount", "Amount must be at least €0.50"),
        ({"amount": 100000000}, "amount_too_large", "amount", "Amount must be no more than €999,999.99"),
        ({"confirm": "perhaps"}, None, "confirm", "Invalid boolean: perhaps"),
        (
            {"capture_method": "later"},
            None,
            "capture_method",
            "Invalid capture_method: must be one of automatic, automatic_async, or manual",
        ),
        ({"metadata": "x"}, None, "metadata", "Invalid object"),
        ({"excluded_payment_method_types": "card"}, None, "excluded_payment_method_types", "Invalid"),
        ({"currency": "xyz"}, None, "currency", "Invalid currency: xyz"),
        ({"customer": "cus_none"}, "resource_missing", "customer", "No such customer: 'cus_none'"),
        ({"payment_method": "pm_none"}, "resource_missing", "payment_method", "No such PaymentMethod: 'pm_none'"),
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
            "no longer supported",
        ),
        (
            {"automatic_payment_methods": {"enabled": True}, "allowed_payment_method_types": ["card"]},
            "parameters_exclusive",
            "automatic_payment_methods",
            "only specify one of these parameters",
        ),
        ({"description": "x" * 1001}, "parameter_invalid_string_too_long", "description", "at most 1000 characters"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata", "Metadata keys can be at most 40 characters"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata[k]", "Metadata values can have up to 500 characters"),
        ({"metadata": {str(n): "v" for n in range(51)}}, None, "metadata", "at most 50 metadata keys"),
        ({"receipt_email": "ada"}, "email_invalid", "receipt_email", "Invalid email address: ada"),
        ({"return_url": SHOP}, None, "return_url", "can only be used with `confirm: true`"),
    ],
)
def test_parameters_that_are_wrong(till: Till, params: Any, code: str | None, param: str, words: str) -> None:
    error = refused(lambda: till.v1.payment_intents.create({**INTENT, **params}))
    assert (error.http_status, error.code, error.param) == (400, code, param)
    assert words in str(error.user_message or error)


def test_several_unknown_parameters_are_named_together(till: Till) -> None:
    error = refused(lambda: till.v1.payment_intents.create({**INTENT, "foo": "1", "bar": "2"}))  # type: ignore[typeddict-unknown-key]
    assert "Received unknown parameters: foo, bar" in str(error)


@pytest.mark.parametrize("noun", ["customers", "payment_intents", "charges", "refunds", "events", "products", "prices"])
def test_an_unknown_id_in_the_path(till: Till, noun: str) -> None:
    error = refused(lambda: getattr(till.v1, noun).retrieve("xx_none"))
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "id")
    assert str(error.error.message).endswith(": 'xx_none'")
    assert error.error.doc_url == "https://stripe.com/docs/error-codes/resource-missing"
    assert str(error.request_id) in str(error.error.request_log_url)


def test_an_unknown_path(till: Till) -> None:
    answer = requests.get(f"{till.sandbox.url}/v1/nothing", auth=("sk_test_x", ""), timeout=60)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith("Unrecognized request URL (GET: /v1/nothing).")


def test_a_missing_and_a_bad_key(till: Till) -> None:
    answer = requests.get(f"{till.sandbox.url}/v1/customers", timeout=60)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")
    stranger = client_of(till.sandbox.url, "pk_test_0123456789")
    error = refused(stranger.v1.customers.list, stripe.AuthenticationError)
    assert error.http_status == 401
    assert "Invalid API Key provided: pk_test_" in str(error)
    assert "0123456789" not in str(error)


def test_a_card_that_declines(till: Till) -> None:
    error = refused(lambda: till.intent(payment_method="pm_card_chargeDeclinedInsufficientFunds"), stripe.CardError)
    assert (error.http_status, error.code, error.error.decline_code) == (402, "card_declined", "insufficient_funds")
    assert error.error.advice_code == "try_again_later"
    assert error.error.payment_method.card.last4 == "9995"
    inside = error.error.payment_intent
    assert inside.status == "requires_payment_method"
    assert inside.last_payment_error.charge == error.error.charge == inside.latest_charge
    assert till.v1.charges.retrieve(error.error.charge).status == "failed"


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ],
)
def test_the_codes_of_declines(till: Till, token: str, code: str, decline_code: str) -> None:
    error = refused(lambda: till.intent(payment_method=token), stripe.CardError)
    assert (error.http_status, error.code, error.error.decline_code) == (402, code, decline_code)
    assert error.error.type == "card_error"


def test_a_card_that_wants_its_owner_when_he_is_away(till: Till) -> None:
    error = refused(
        lambda: till.intent(payment_method="pm_card_authenticationRequired", off_session=True), stripe.CardError
    )
    assert (error.http_status, error.code) == (402, "authentication_required")


def test_a_wrong_state_carries_the_intent(till: Till) -> None:
    done = till.intent()
    error = refused(lambda: till.v1.payment_intents.capture(done.id))
    assert (error.http_status, error.code) == (400, "payment_intent_unexpected_state")
    assert (error.error.payment_intent.id, error.error.payment_intent.status) == (done.id, "succeeded")


def test_raw_card_numbers_and_charges_by_api_are_refused(till: Till) -> None:
    refused(lambda: till.v1.charges.create({"amount": 2000, "currency": "eur", "source": "tok_visa"}))
    card: Any = {"type": "card", "card": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2034, "cvc": "123"}}
    error = refused(lambda: till.v1.payment_methods.create(card), stripe.CardError)
    assert "unsafe" in str(error)


def test_an_error_has_no_more_keys_than_it_has_to_say(till: Till) -> None:
    """Without a code there is no page about it, and nothing is null."""
    bare = refused(lambda: till.v1.customers.list({"starting_after": "cus_a", "ending_before": "cus_b"}))
    assert set(bare.json_body["error"]) == {"message", "request_log_url", "type"}
    coded = refused(lambda: till.v1.payment_intents.create({**INTENT, "amount": 1}))
    assert set(coded.json_body["error"]) == {"code", "doc_url", "message", "param", "request_log_url", "type"}
    declined = refused(lambda: till.intent(payment_method="pm_card_chargeDeclined"), stripe.CardError)
    assert None not in declined.json_body["error"].values()


def test_limits_and_cursors_of_lists(till: Till) -> None:
    error = refused(lambda: till.v1.customers.list({"limit": "abc"}))  # type: ignore[typeddict-item]
    assert (error.code, error.error.message) == ("parameter_invalid_integer", "Invalid integer: abc")
    assert refused(lambda: till.v1.customers.list({"limit": 101})).code == "parameter_invalid_integer"
    assert refused(lambda: till.v1.customers.list({"limit": 0})).code == "parameter_invalid_integer"
    error = refused(lambda: till.v1.customers.list({"starting_after": "cus_none"}))
    assert (error.http_status, error.code, error.param) == (400, "resource_missing", "starting_after")
    error = refused(lambda: till.v1.customers.list({"starting_after": "cus_a", "ending_before": "cus_b"}))
    assert (error.http_status, error.code) == (400, None)


@pytest.mark.parametrize("path", ["amount", "nothing", "latest_charge.nothing", "payment_method_options.card"])
def test_a_path_that_cannot_be_expanded(till: Till, path: str) -> None:
    intent = till.intent()
    error = refused(lambda: till.v1.payment_intents.retrieve(intent.id, {"expand": [path]}))
    assert (error.http_status, error.code) == (400, None)
    assert f"This property cannot be expanded ({path})." in str(error)


def test_a_path_that_is_too_deep(till: Till) -> None:
    intent = till.intent()
    error = refused(lambda: till.v1.payment_intents.retrieve(intent.id, {"expand": ["a.b.c.d.e"]}))
    assert "more than 4 levels" in str(error)


def test_a_version_that_is_none(till: Till) -> None:
    answer = requests.get(
        f"{till.sandbox.url}/v1/customers", auth=("sk_test_x", ""), headers={"Stripe-Version": "tomorrow"}, timeout=10
    )
    assert answer.status_code == 400
    assert "Invalid Stripe API version: tomorrow" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("do", "kind", "status"),
    [
        ("403", stripe.PermissionError, 403),
        ("429", stripe.RateLimitError, 429),
        ("lock_timeout", stripe.RateLimitError, 429),
        ("500_before", stripe.APIError, 500),
        ("500_after", stripe.APIError, 500),
    ],
)
def test_errors_on_demand(
    till: Till, faults: Callable[..., Any], do: str, kind: type[stripe.StripeError], status: int
) -> None:
    faults(do, where="request", path="POST /v1/customers")
    error = refused(till.v1.customers.create, kind)
    assert error.http_status == status
    assert error.error.type == ("api_error" if status == 500 else "invalid_request_error")
    assert error.error.code == {"429": "rate_limit", "lock_timeout": "lock_timeout"}.get(do)


def test_a_body_that_is_no_form(till: Till) -> None:
    for body in (b"\xff=1", b"a[b=1", b"a=1&a[b]=2", b"[]=1"):
        answer = requests.post(f"{till.sandbox.url}/v1/customers", auth=("sk_test_x", ""), data=body, timeout=60)
        assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error"), body


@pytest.mark.parametrize(
    ("params", "param", "words"),
    [
        ({"mode": None}, "mode", "Missing required param: mode."),
        ({"line_items": None}, "line_items", "Missing required param: line_items."),
        ({"success_url": None}, "success_url", "Missing required param: success_url."),
        ({"success_url": "shop"}, "success_url", "Not a valid URL"),
        ({"cancel_url": "javascript:alert(1)"}, "cancel_url", "Not a valid URL"),
        ({"customer": "cus_x", "customer_email": "a@b.de"}, "customer", "only specify one of these parameters"),
        ({"customer_email": "nobody"}, "customer_email", "Invalid email address: nobody"),
        ({"client_reference_id": "x" * 201}, "client_reference_id", "at most 200 characters"),
        ({"payment_method_types": ["card"]}, "payment_method_types", "no longer supported"),
        ({"ui_mode": "hosted"}, "ui_mode", "Invalid ui_mode: must be one of"),
        ({"return_url": SHOP}, "return_url", "cannot be used"),
        ({"line_items": [{"price_data": TEA["price_data"]}]}, "line_items[0][quantity]", "Missing required param"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price_data]", "Missing required param"),
        ({"line_items": [{**TEA, "price": "price_x"}]}, "line_items[0][price]", "only specify one of these parameters"),
        ({"line_items": [{**TEA, "quantity": 0}]}, "line_items[0][quantity]", "greater than or equal to 1"),
        ({"line_items": [TEA] * 101}, "line_items", "up to 100 line items"),
        (
            {"line_items": [TEA, {"quantity": 1, "price_data": {**TEA["price_data"], "currency": "usd"}}]},  # type: ignore[dict-item]
            "line_items",
            "same currency",
        ),
        (
            {"line_items": [{"quantity": 1, "price_data": {**TEA["price_data"], "unit_amount": -1}}]},  # type: ignore[dict-item]
            "line_items[0][price_data][unit_amount]",
            "Invalid non-negative integer",
        ),
        (
            {"line_items": [{"quantity": 1, "price_data": {**TEA["price_data"], "unit_amount": 20}}]},  # type: ignore[dict-item]
            "line_items",
            "Amount must be at least €0.50",
        ),
        ({"payment_intent_data": {"description": "x" * 1001}}, "payment_intent_data[description]", "at most 1000"),
        ({"subscription_data": {}, "custom_fields": [{"nope": 1}]}, "custom_fields[0][nope]", "unknown parameter"),
    ],
)
def test_sessions_that_are_not_made(till: Till, params: Any, param: str, words: str) -> None:
    error = refused(lambda: till.session(**params))
    assert (error.http_status, error.param) == (400, param)
    assert words in str(error)


@pytest.mark.parametrize(("minutes", "ok"), [(29, False), (31, True), (24 * 60 - 1, True), (24 * 60 + 1, False)])
def test_how_long_a_session_may_live(till: Till, minutes: int, ok: bool) -> None:
    ends = till.now() + minutes * 60
    if ok:
        assert till.session(expires_at=ends).expires_at == ends
    else:
        assert refused(lambda: till.session(expires_at=ends)).param == "expires_at"
