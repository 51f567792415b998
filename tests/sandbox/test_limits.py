"""The rate limit, on demand (STRIPE.md section 2, Rate limit), and secrets that roll (section 11, Signature)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import stripe

from tests.fixtures.running import until
from tests.sandbox.listener import Ear
from tests.sandbox.till import Till

Limit = Callable[..., dict[str, int]]


@pytest.fixture
def limit(till: Till) -> Iterator[Limit]:
    """Sets the limit for one test."""
    address = f"{till.sandbox.url}/_sandbox/rate_limit"

    def choose(**limits: int) -> dict[str, int]:
        answer = requests.post(address, json=limits, timeout=60) if limits else requests.post(address, timeout=10)
        answer.raise_for_status()
        return dict(answer.json())

    yield choose
    requests.delete(address, timeout=60).raise_for_status()


def calls(till: Till, count: int, key: str = "sk_test_x") -> list[int]:
    """The statuses of so many reads on one connection, as fast as they go."""
    with requests.Session() as session:
        session.auth = (key, "")
        return [session.get(f"{till.sandbox.url}/v1/account", timeout=60).status_code for _ in range(count)]


def test_stripes_own_limits(limit: Limit) -> None:
    assert limit() == {"test": 25, "live": 100}


def test_too_many_calls_are_refused_until_time_has_passed(till: Till, limit: Limit) -> None:
    limit(test=1)
    statuses = calls(till, 30)
    assert statuses[0] == 200
    assert set(statuses) == {200, 429}
    assert set(calls(till, 5, "sk_live_x")) == {200}
    refusals: list[stripe.RateLimitError] = []

    def refused() -> bool:
        try:
            till.v1.customers.create({}, {"idempotency_key": "under the limit"})
        except stripe.RateLimitError as refusal:
            refusals.append(refusal)
        return bool(refusals)

    until(refused, "a call is refused")
    assert (refusals[0].http_status, refusals[0].error.code, refusals[0].error.type) == (
        429,
        "rate_limit",
        "invalid_request_error",
    )
    requests.delete(f"{till.sandbox.url}/_sandbox/rate_limit", timeout=60)
    assert set(calls(till, 40)) == {200}


@pytest.mark.parametrize("nonsense", [{"test": 0}, {"test": "many"}, {"other": 5}])
def test_a_limit_that_makes_no_sense(till: Till, nonsense: dict[str, Any]) -> None:
    answer = requests.post(f"{till.sandbox.url}/_sandbox/rate_limit", json=nonsense, timeout=60)
    assert (answer.status_code, "whole numbers" in answer.json()["error"]) == (400, True)


def roll(till: Till, ear: Ear, **body: int) -> str:
    answer = requests.post(
        f"{till.sandbox.url}/_sandbox/webhook_endpoints/{ear.endpoint.id}/secret", json=body, timeout=10
    )
    answer.raise_for_status()
    return str(answer.json()["secret"])


def test_both_secrets_sign_until_the_old_one_ends(till: Till, ear: Ear) -> None:
    old, new = str(ear.endpoint.secret), roll(till, ear, expires_in=3600)
    till.v1.customers.create()
    until(lambda: ear.listener.heard, "the event arrives")
    body, mark = ear.listener.heard[0]
    assert mark.count("v1=") == 2
    for secret in (old, new):
        assert stripe.Webhook.construct_event(body, mark, secret).type == "customer.created"
    newest = roll(till, ear)
    till.v1.customers.create()
    until(lambda: len(ear.listener.heard) == 2, "the second event arrives")
    assert ear.listener.heard[1][1].count("v1=") == 3
    till.sandbox.advance(3601)
    till.v1.customers.create()
    until(lambda: len(ear.listener.heard) == 3, "the third event arrives")
    body, mark = ear.listener.heard[2]
    assert mark.count("v1=") == 2
    for secret in (new, newest):
        stripe.Webhook.construct_event(body, mark, secret)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, mark, old)


def test_a_secret_cannot_overlap_for_longer_than_a_day(till: Till, ear: Ear) -> None:
    address = f"{till.sandbox.url}/_sandbox/webhook_endpoints/{ear.endpoint.id}/secret"
    assert requests.post(address, json={"expires_in": 90000}, timeout=60).status_code == 400
    assert requests.post(address.replace("/we_", "/xx_"), json={}, timeout=60).status_code == 400
