"""Misbehaviour on demand: deliveries and requests, by name and probability, with a seed."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.fixtures.running import until
from tests.sandbox.listener import Ear
from tests.sandbox.till import Till

Faults = Callable[..., Any]


def struck(till: Till, times: int) -> None:
    """Wait until every fault has hit so often: the folder's own endpoint meets it as well as the test's."""
    until(lambda: all(rule["hits"] >= times for rule in till.sandbox.faults()), f"the fault strikes {times} times")


def statuses(till: Till, ear: Ear) -> list[int | None]:
    return [one["status"] for one in till.sandbox.deliveries() if one["endpoint"] == ear.endpoint.id]


def test_dropped_and_believed_to_have_arrived(till: Till, ear: Ear, faults: Faults) -> None:
    faults("drop", where="delivery", event="customer.created", times=None)
    till.v1.customers.create()
    until(lambda: statuses(till, ear) == [200], "the delivery is thought done")
    assert ear.listener.heard == []


def test_made_to_fail_then_tried_again(till: Till, ear: Ear, faults: Faults) -> None:
    faults("fail", where="delivery", event="customer.created", times=2)
    till.v1.customers.create()
    struck(till, 2)
    until(lambda: statuses(till, ear) == [None], "the first attempt fails")
    assert ear.listener.heard == []
    till.sandbox.advance(11)
    assert statuses(till, ear) == [None, 200]
    assert len(ear.listener.heard) == 1


def test_delayed(till: Till, ear: Ear, faults: Faults) -> None:
    faults("delay", where="delivery", event="customer.created", times=2, seconds=60)
    till.v1.customers.create()
    struck(till, 2)
    assert ear.listener.heard == []
    till.sandbox.advance(61)
    assert len(ear.listener.heard) == 1


def test_repeated(till: Till, ear: Ear, faults: Faults) -> None:
    faults("repeat", where="delivery", event="customer.created", times=None)
    till.v1.customers.create()
    until(lambda: len(ear.listener.heard) == 2, "it arrives twice")
    assert ear.listener.heard[0][0] == ear.listener.heard[1][0]


def test_reordered(till: Till, ear: Ear, faults: Faults) -> None:
    till.v1.webhook_endpoints.update(
        ear.endpoint.id, {"enabled_events": ["charge.succeeded", "payment_intent.succeeded"]}
    )
    faults("reorder", where="delivery", event="charge.succeeded", times=2)
    till.intent()
    until(lambda: len(ear.listener.heard) == 2, "both arrive")
    assert [event.type for event in ear.events()] == ["payment_intent.succeeded", "charge.succeeded"]


def test_a_run_repeats_itself_with_its_seed(till: Till, faults: Faults) -> None:
    def run() -> list[int]:
        till.sandbox.heal()
        faults("500_before", where="request", path="POST /v1/products", times=None, probability=0.5, seed=7)
        address = f"{till.sandbox.url}/v1/products"
        return [
            requests.post(address, auth=("sk_test_x", ""), data={"name": "Tea"}, timeout=60).status_code
            for _ in range(12)
        ]

    first = run()
    assert set(first) == {200, 500}
    assert run() == first


def test_only_the_path_that_was_meant(till: Till, faults: Faults) -> None:
    faults("429", where="request", path="POST /v1/payment_intents/*/capture", times=None)
    held = till.intent(capture_method="manual")
    answer = requests.post(
        f"{till.sandbox.url}/v1/payment_intents/{held.id}/capture", auth=("sk_test_x", ""), timeout=10
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limit")
    assert till.v1.payment_intents.retrieve(held.id).status == "requires_capture"


@pytest.mark.parametrize("do", ["500_before", "500_after", "cut_before", "cut_after", "timeout_before", "429", "slow"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_way_in_which_a_call_fails(till: Till, faults: Faults, method: str, do: str) -> None:
    name = f"Fault {method} {do} {till.now()}"
    product = till.v1.products.create({"name": "Tea"})
    address, key = f"{till.sandbox.url}/v1/products/{product.id}", {"Idempotency-Key": name}
    faults(do, where="request", path=f"{method} /v1/products/{product.id}", seconds=0.3)
    began = time.monotonic()

    def call() -> int:
        more: Any = {"data": {"name": name}, "headers": key} if method == "POST" else {}
        try:
            return requests.request(method, address, auth=("sk_test_x", ""), timeout=60, **more).status_code
        except requests.ConnectionError:
            return 0

    expected = {"500": 500, "cut": 0, "timeout": 0, "429": 429, "slow": 200}[do.partition("_")[0]]
    assert call() == expected
    assert do not in ("slow", "timeout_before") or time.monotonic() - began >= 0.3
    done = method == "POST" and do in ("500_after", "cut_after", "slow")
    assert till.v1.products.retrieve(product.id).name == (name if done else "Tea") or method == "GET"
    # The key keeps what its first call came to: a 500 that was answered, and the effect of one that nobody heard of.
    assert call() == (500 if (method, do) == ("POST", "500_after") else 200)


def test_draws_are_the_seeds_own(till: Till, ear: Ear, faults: Faults) -> None:
    def run() -> list[bool]:
        till.sandbox.heal()
        for endpoint in till.v1.webhook_endpoints.list().data:
            if endpoint.id != ear.endpoint.id:
                till.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
        faults("drop", where="delivery", event="customer.created", times=None, probability=0.5, seed=3)
        before = len(ear.listener.heard)
        made = [till.v1.customers.create().id for _ in range(10)]
        till.sandbox.deliver()
        arrived = {event.data.object.id for event in ear.events()[before:]}
        return [one in arrived for one in made]

    try:
        first = run()
        assert set(first) == {True, False}
        assert run() == first
    finally:
        for endpoint in till.v1.webhook_endpoints.list().data:
            till.v1.webhook_endpoints.update(endpoint.id, {"disabled": False})


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"do": "explode"}, "do must be one of"),
        ({"do": "drop", "where": "request"}, "do must be one of"),
        ({"do": "slow", "where": "moon"}, "where must be request or delivery"),
        ({"do": "slow", "when": "now"}, "Unknown fields: when"),
        ({"do": "slow", "seconds": "long"}, "seconds and probability are numbers"),
        ({"do": "slow", "probability": 1.5}, "probability lies between 0 and 1"),
        ({"do": "slow", "times": 0}, "times is at least 1"),
    ],
)
def test_a_fault_that_makes_no_sense(till: Till, rule: dict[str, str], words: str) -> None:
    answer = requests.post(f"{till.sandbox.url}/_sandbox/faults", json=rule, timeout=60)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
