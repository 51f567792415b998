"""Stripe's deliveries made by hand: signed as Stripe signs them, in the order and the shape that a test wants."""

import json
import time
from typing import Any

import requests
import stripe

from tests.fixtures.counter import Counter
from tests.fixtures.sandbox import SECRET

Event = dict[str, Any]


def written(event: Event) -> str:
    """The event's bytes as Stripe would send them."""
    return json.dumps(event, indent=2)


def signature(body: str, secret: str = SECRET, *, age: int = 0) -> str:
    """The Stripe-Signature header of a delivery made `age` seconds ago."""
    return stripe.WebhookSignature.generate_signature_header(body, secret, int(time.time()) - age)


def post(shop: str, body: str | bytes, header: str | None) -> requests.Response:
    """The answer of the shop at this address to one delivery; without a header if it is None."""
    headers = {"Content-Type": "application/json; charset=utf-8"} | ({"Stripe-Signature": header} if header else {})
    content = body.encode() if isinstance(body, str) else body
    return requests.post(f"{shop}/webhooks/stripe", data=content, headers=headers, timeout=30)


def deliver(counter: Counter, event: Event, **signing: Any) -> int:
    """The status that the shop answers to this event, genuinely signed."""
    body = written(event)
    return post(counter.url, body, signature(body, **signing)).status_code


def hold_back(counter: Counter) -> None:
    """From now on Stripe's own deliveries get lost, believed to have arrived: the test delivers."""
    counter.sandbox.fault("drop", where="delivery", times=None)


def events_of(counter: Counter, session_id: str) -> list[Event]:
    """What Stripe has to tell about one payment, in the order in which it happened."""
    return events_at(counter.sandbox.url, session_id, counter.till.settings.stripe_secret_key)


def events_about(counter: Counter, name: str) -> list[Event]:
    """What Stripe has to tell about the one thing with this id, in the order in which it happened."""
    newest = _read(f"{counter.sandbox.url}/v1/events?limit=100", counter.till.settings.stripe_secret_key)["data"]
    return [event for event in reversed(newest) if event["data"]["object"].get("id") == name]


def events_at(stripe_url: str, session_id: str, key: str) -> list[Event]:
    """The same, of the Stripe at this address."""
    session = _read(f"{stripe_url}/v1/checkout/sessions/{session_id}", key)
    newest = _read(f"{stripe_url}/v1/events?limit=100", key)["data"]
    marks = {name: session["metadata"].get(name) for name in ("store", "payment")}
    found = [
        one["data"]["object"]
        for one in newest
        if marks.items() <= (one["data"]["object"].get("metadata") or {}).items()
    ]
    names = {session_id, session["payment_intent"], *(thing["id"] for thing in found)}
    return [event for event in reversed(newest) if _names(event["data"]["object"]) & names]


def only(events: list[Event], kind: str) -> Event:
    """The one event of this type."""
    [found] = [event for event in events if event["type"] == kind]
    return found


def an_event(kind: str = "payment_intent.succeeded", **thing: Any) -> Event:
    """An event about `thing` that no Stripe ever sent."""
    moment = int(time.time())
    return {
        "id": f"evt_{time.time_ns()}",
        "object": "event",
        "api_version": stripe.api_version,
        "created": moment,
        "data": {"object": {"id": f"pi_{time.time_ns()}", "object": "payment_intent", "metadata": {}, **thing}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def _read(url: str, key: str) -> Any:
    answer = requests.get(url, auth=(key, ""), timeout=60)
    answer.raise_for_status()
    return answer.json()


def _names(thing: Event) -> set[str]:
    return {str(thing.get("id")), str(thing.get("payment_intent"))}
