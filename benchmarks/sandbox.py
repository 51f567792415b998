"""`python -m benchmarks.sandbox [--calls N]`: API calls a second on one core, and the share of checking parameters.

The calls go through the sandbox's own WSGI application in this process, on one thread, with everything that a call
does but the socket: form, key, types, SQLite commit, events, JSON, request log.
"""

import argparse
import base64
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from sandbox.app import create_app
from sandbox.settings import Settings
from sandbox.wire import api
from sandbox.world import World

# issue 3: at least 300 simple calls a second on one core.
WANTED = 300
KEY = {"Authorization": "Basic " + base64.b64encode(b"sk_test_benchmark:").decode()}
INTENT = {"amount": 2000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": "true"}
INTENT |= {"automatic_payment_methods[enabled]": "true", "automatic_payment_methods[allow_redirects]": "never"}
SESSION = {
    "mode": "payment",
    "success_url": "http://shop.example/",
    "line_items[0][quantity]": 1,
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": 1250,
    "line_items[0][price_data][product_data][name]": "Tea",
}


class Meter:
    """Counts the CPU seconds spent in one function."""

    def __init__(self, measured: Callable[..., Any]) -> None:
        self._measured, self.seconds = measured, 0.0

    def __call__(self, *given: Any) -> Any:
        begun = time.thread_time()
        try:
            return self._measured(*given)
        finally:
            self.seconds += time.thread_time() - begun


def main() -> None:
    """Print one line for each kind of call, and whether the simple ones are quick enough."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sandbox")
    parser.add_argument("--calls", type=int, default=300)
    calls = parser.parse_args().calls
    meter = Meter(api.checked)
    api.checked = meter
    with tempfile.TemporaryDirectory() as folder:
        client = create_app(World(Settings.from_env({**os.environ, "STORE_DIR": folder}))).test_client()
        customer = _post(client, "/v1/customers", {"email": "ada@buyer.example"})
        rates = [
            _measure("read a customer", meter, calls, lambda: _get(client, f"/v1/customers/{customer}")),
            _measure("make a customer", meter, calls, lambda: _post(client, "/v1/customers", {"name": "Ada"})),
        ]
        _measure("make a session", meter, calls, lambda: _post(client, "/v1/checkout/sessions", SESSION))
        _measure("pay an intent", meter, calls, lambda: _post(client, "/v1/payment_intents", INTENT))
        _measure("list intents", meter, calls, lambda: _get(client, "/v1/payment_intents?limit=10"))
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    verdict = "enough" if min(rates) >= WANTED else "TOO SLOW"
    print(f"simple calls: {min(rates):.0f} a second of CPU, {WANTED} wanted: {verdict}; state {size / 1e6:.1f} MB")


def _measure(name: str, meter: Meter, calls: int, call: Callable[[], Any]) -> float:
    """Calls a second of CPU time, so that other people's work on the machine does not count."""
    call()
    meter.seconds, begun, wall = 0.0, time.thread_time(), time.perf_counter()
    for _ in range(calls):
        call()
    spent, waited = time.thread_time() - begun, time.perf_counter() - wall
    share = 100 * meter.seconds / spent
    print(f"{name:18} {calls / spent:7.0f} /s CPU {calls / waited:7.0f} /s wall   checking parameters {share:4.1f} %")
    return calls / spent


def _post(client: FlaskClient, path: str, form: dict[str, Any]) -> str:
    answer = client.post(path, data=urlencode(form), headers=KEY, content_type="application/x-www-form-urlencoded")
    if answer.status_code != 200:
        raise SystemExit(f"The sandbox refused {path}: {answer.get_data(as_text=True)}")
    return str(answer.get_json()["id"])


def _get(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=KEY)
    if answer.status_code != 200:
        raise SystemExit(f"The sandbox refused {path}: {answer.get_data(as_text=True)}")


if __name__ == "__main__":
    main()
