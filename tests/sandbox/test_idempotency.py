"""Idempotency keys, rule by rule (STRIPE.md section 2)."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe

from tests.fixtures.running import until
from tests.sandbox.till import SHOP, TEA, Till


def key() -> Any:
    return {"idempotency_key": uuid.uuid4().hex}


def test_the_first_answer_is_given_again(till: Till) -> None:
    one = key()
    first = till.v1.customers.create({"name": "Ada"}, one)
    again = till.v1.customers.create({"name": "Ada"}, one)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.request_id
    assert again.last_response.headers["Idempotency-Key"] == one["idempotency_key"]
    assert "Idempotent-Replayed" not in first.last_response.headers


def test_a_replay_is_the_old_body_whatever_has_happened_since(till: Till) -> None:
    one = key()
    params: Any = {"amount": 2000, "currency": "eur"}
    intent = till.v1.payment_intents.create(params, one)
    till.v1.payment_intents.cancel(intent.id)
    assert till.v1.payment_intents.create(params, one).status == "requires_payment_method"
    assert till.v1.payment_intents.retrieve(intent.id).status == "canceled"


def test_a_replay_of_a_checkout_says_open_when_it_is_paid(till: Till) -> None:
    one = key()
    params: Any = {"mode": "payment", "success_url": SHOP, "line_items": [TEA]}
    session = till.v1.checkout.sessions.create(params, one)
    till.pay(session)
    again = till.v1.checkout.sessions.create(params, one)
    assert (again.id, again.status, again.url) == (session.id, "open", session.url)
    assert (till.read(session).status, till.read(session).url) == ("complete", None)


def test_other_parameters_under_the_same_key(till: Till) -> None:
    one = key()
    till.v1.customers.create({"name": "Ada"}, one)
    with pytest.raises(stripe.IdempotencyError) as caught:
        till.v1.customers.create({"name": "Bo"}, one)
    assert (caught.value.http_status, caught.value.code) == (400, None)
    assert one["idempotency_key"] in str(caught.value)


def test_the_same_key_at_another_path_is_another_key(till: Till) -> None:
    one = key()
    customer = till.v1.customers.create({"metadata": {"a": "1"}}, one)
    product = till.v1.products.create({"name": "Tea"}, one)
    assert (customer.object, product.object) == ("customer", "product")


def test_the_same_key_in_the_other_mode_is_another_key(till: Till) -> None:
    one = key()
    test = till.v1.customers.create({"name": "Ada"}, one)
    live = till.v1.customers.create({"name": "Ada"}, {**one, "api_key": "sk_live_of_the_tests"})
    assert (test.livemode, live.livemode) == (False, True)
    with pytest.raises(stripe.InvalidRequestError):
        till.v1.customers.retrieve(live.id)


def test_a_decline_is_kept(till: Till) -> None:
    one = key()
    params: Any = {
        "amount": 2000,
        "currency": "eur",
        "confirm": True,
        "payment_method": "pm_card_chargeDeclined",
        "return_url": "http://shop.example",
    }
    intents = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as caught:
            till.v1.payment_intents.create(params, one)
        intents.append(caught.value.error.payment_intent.id)
    assert intents[0] == intents[1]
    assert caught.value.headers["Idempotent-Replayed"] == "true"


def test_a_wrong_state_is_kept(till: Till) -> None:
    one, intent = key(), till.intent()
    for replayed in (None, "true"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            till.v1.payment_intents.capture(intent.id, {}, one)
        assert caught.value.headers.get("Idempotent-Replayed") == replayed


def test_parameters_that_are_wrong_leave_the_key_free(till: Till) -> None:
    one = key()
    with pytest.raises(stripe.InvalidRequestError):
        till.v1.customers.create({"nonsense": "1"}, one)  # type: ignore[typeddict-unknown-key]
    with pytest.raises(stripe.InvalidRequestError):
        till.v1.payment_intents.create({"amount": 1, "currency": "eur"}, one)
    assert till.v1.customers.create({"name": "Ada"}, one).name == "Ada"


def test_a_server_error_after_the_effect_is_kept(till: Till, faults: Callable[..., Any]) -> None:
    one, name = key(), uuid.uuid4().hex
    faults("500_after", where="request", path="POST /v1/customers")
    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as caught:
            till.v1.customers.create({"email": f"{name}@buyer.example"}, one)
        assert caught.value.http_status == 500
        assert caught.value.headers.get("Idempotent-Replayed") == replayed
    assert len(till.v1.customers.list({"email": f"{name}@buyer.example"}).data) == 1


def test_a_server_error_before_the_effect_leaves_the_key_free(till: Till, faults: Callable[..., Any]) -> None:
    one = key()
    faults("500_before", where="request", path="POST /v1/customers")
    with pytest.raises(stripe.APIError):
        till.v1.customers.create({"name": "Ada"}, one)
    assert till.v1.customers.create({"name": "Ada"}, one).name == "Ada"


def test_a_cut_line_after_the_effect_is_made_good_by_the_same_key(till: Till, faults: Callable[..., Any]) -> None:
    one, name = key(), uuid.uuid4().hex
    faults("cut_after", where="request", path="POST /v1/customers")
    with pytest.raises(stripe.APIConnectionError):
        till.v1.customers.create({"email": f"{name}@buyer.example"}, one)
    again = till.v1.customers.create({"email": f"{name}@buyer.example"}, one)
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert [one.id for one in till.v1.customers.list({"email": f"{name}@buyer.example"}).data] == [again.id]


@pytest.mark.parametrize("do", ["cut_before", "timeout_before"])
def test_a_cut_line_before_the_effect(till: Till, faults: Callable[..., Any], do: str) -> None:
    one, name = key(), uuid.uuid4().hex
    faults(do, where="request", path="POST /v1/customers", seconds=0.2)
    with pytest.raises(stripe.APIConnectionError):
        till.v1.customers.create({"email": f"{name}@buyer.example"}, one)
    assert till.v1.customers.list({"email": f"{name}@buyer.example"}).data == []


@pytest.mark.parametrize("kind", ["idempotency_error", "invalid_request_error"])
def test_a_key_that_is_in_use(
    till: Till, faults: Callable[..., Any], variant: Callable[[str, str], None], kind: str
) -> None:
    variant("conflict_type", kind)
    one = key()
    faults("slow", where="request", path="POST /v1/customers", seconds=1.5)
    made: list[stripe.Customer] = []
    slow = threading.Thread(target=lambda: made.append(till.v1.customers.create({"name": "Ada"}, one)))
    slow.start()
    until(lambda: till.sandbox.faults()[0]["hits"] == 1, "the first call is under way")
    with pytest.raises(stripe.APIError) as caught:
        till.v1.customers.create({"name": "Ada"}, one)
    slow.join()
    error = caught.value.error
    assert (caught.value.http_status, error.code, error.type) == (409, "idempotency_key_in_use", kind)
    again = till.v1.customers.create({"name": "Ada"}, one)
    assert (again.id, again.last_response.headers["Idempotent-Replayed"]) == (made[0].id, "true")


def test_a_key_is_free_again_after_a_day(till: Till) -> None:
    one = key()
    first = till.v1.customers.create({"name": "Ada"}, one)
    till.sandbox.advance(23 * 3600)
    assert till.v1.customers.create({"name": "Ada"}, one).id == first.id
    till.sandbox.advance(3601)
    assert till.v1.customers.create({"name": "Ada"}, one).id != first.id


def test_a_key_may_have_255_characters(till: Till) -> None:
    assert till.v1.customers.create({"name": "Ada"}, {"idempotency_key": uuid.uuid4().hex + "k" * 223}).name == "Ada"
    with pytest.raises(stripe.InvalidRequestError, match="at most 255"):
        till.v1.customers.create({"name": "Ada"}, {"idempotency_key": "k" * 256})


def test_the_event_names_the_request_and_its_key(till: Till) -> None:
    one = key()
    customer = till.v1.customers.create({"name": "Ada"}, one)
    event = till.story(customer.id)[0]
    assert event.request.idempotency_key == one["idempotency_key"]
    assert event.request.id == customer.last_response.request_id


def test_reading_takes_no_key(till: Till) -> None:
    answer = requests.get(
        f"{till.sandbox.url}/v1/customers", auth=("sk_test_x", ""), headers={"Idempotency-Key": "k"}, timeout=10
    )
    assert "Idempotency-Key" not in answer.headers


def test_without_the_replay_header(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("replay_header", "absent")
    one = key()
    first = till.v1.customers.create({"name": "Ada"}, one)
    again = till.v1.customers.create({"name": "Ada"}, one)
    assert again.id == first.id
    assert "Idempotent-Replayed" not in again.last_response.headers
