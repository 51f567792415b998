"""One sandbox for the whole folder, driven by Stripe's own SDK; at the end every call is shown to the referee."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from tests.fixtures.running import free_port
from tests.fixtures.sandbox import Sandbox
from tests.sandbox.listener import Ear, Listener
from tests.sandbox.till import Till

# Where the referees lie beside a checkout of this project; without them the calls go unjudged, and the run says so.
SHARED = Path(__file__).resolve().parents[3] / "shared"


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
    calls = one.requests()
    one.process.stop()
    found = judged(calls, tmp_path_factory.mktemp("referee"))
    assert not found, "\n".join(found)


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


_LETTERS_AND_NUMBERS = re.compile(r"(?<=_)[A-Za-z0-9]{8,}|[0-9a-f]{16,}|\d+")


def judged(calls: list[dict[str, Any]], folder: Path) -> list[str]:
    """What the referee finds in the calls, but for what endive added since the OpenAPI file was written.

    Calls that differ only in ids and numbers are shown to it once.
    """
    program = SHARED / "tools" / "check_stripe.py"
    if not program.exists():
        return []
    recording = folder / "calls.jsonl"
    kinds = {_LETTERS_AND_NUMBERS.sub("", line): line for line in (json.dumps(call) + "\n" for call in calls)}
    recording.write_text("".join(kinds.values()))
    command = [
        sys.executable,
        str(program),
        "log",
        str(recording),
        "--spec",
        str(SHARED / "data" / "stripe-openapi.json"),
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "stripe " in said.stdout, said.stderr
    return [line for line in said.stdout.splitlines() if line.startswith("BAD") and not excused(line)]


# What Stripe's API sends and its OpenAPI file, one release behind the SDK, does not know (STRIPE.md section 1), and the
# path that a test asks for in vain. A product's `type`, which the SDK demands, makes an expanded product unknown too.
EXCUSED = (
    "allowed_payment_method_types: not in spec",
    "subscription_pause: not in spec",
    "pause_schedules: not in spec",
    "submission_method: not in spec",
    "/v1/products: spec .type: not in spec",
    "price.product: not a string",
    ": spec .product: not a string",
    "spec has no GET /v1/nothing",
    "plan: not in spec",
    "after_expiration: not in spec",
    "'subscription_pause' not in spec enum",
    "status_details: not in spec",
    "amount_paid_off_stripe: required by spec",
)


def excused(finding: str) -> bool:
    if finding.endswith("/pause") and "spec has no POST /v1/subscriptions" in finding:
        return True
    # An expanded invoice is none to the file, for it lacks what endive took away.
    if finding.endswith(("latest_invoice: not a string", ".invoice: not a string")):
        return True
    return finding.endswith(EXCUSED) or ("/v1/products" in finding and finding.endswith(".type: not in spec"))
