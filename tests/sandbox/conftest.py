"""One sandbox for the whole folder, driven by Stripe's own SDK."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import stripe

from tests.fixtures.running import free_port
from tests.fixtures.sandbox import Sandbox
from tests.sandbox.listener import Ear, Listener
from tests.sandbox.till import Till


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    """A webhook endpoint that keeps what it is sent."""
    one = Listener(free_port())
    yield one
    one.close()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Sandbox]:
    one = Sandbox(tmp_path_factory.mktemp("sandbox"), listener.port)
    yield one
    one.process.kill()


@pytest.fixture(scope="session")
def client(sandbox: Sandbox) -> stripe.StripeClient:
    """The real SDK, which does not try again by itself."""
    return client_of(sandbox.url)


def client_of(url: str, key: str = "sk_test_of_the_tests") -> stripe.StripeClient:
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": url, "files": url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=60),
    )


@pytest.fixture
def till(sandbox: Sandbox, client: stripe.StripeClient, listener: Listener) -> Till:
    return Till(sandbox, client, listener)


@pytest.fixture
def ear(till: Till) -> Iterator[Ear]:
    """An endpoint of the test's own, made by API, that hears customer.created."""
    listener = Listener(free_port())
    endpoint = till.v1.webhook_endpoints.create(
        {"url": f"http://127.0.0.1:{listener.port}/hooks", "enabled_events": ["customer.created"]}
    )
    yield Ear(listener, endpoint)
    till.v1.webhook_endpoints.delete(endpoint.id)
    listener.close()


@pytest.fixture
def variant(sandbox: Sandbox) -> Iterator[Callable[[str, str], None]]:
    """Chooses a variant for one test."""
    address = f"{sandbox.url}/_sandbox/variants"
    before = requests.get(address, timeout=60).json()["chosen"]

    def choose(name: str, choice: str) -> None:
        requests.post(address, json={name: choice}, timeout=60).raise_for_status()

    yield choose
    requests.post(address, json=before, timeout=60).raise_for_status()


@pytest.fixture
def faults(sandbox: Sandbox) -> Iterator[Callable[..., Any]]:
    """Switches faults on for one test."""
    yield sandbox.fault
    sandbox.heal()
