"""What is measured: for each case the requests that are sent, and the answer that each must get."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import requests

from tests.fixtures.shop import SECRET, Shop

COOKIE = b"Cookie: cart=a-visitor-with-a-cart\r\n"


@dataclass(frozen=True)
class Case:
    """`requests`: makes the endless requests for a running shop. `database`: sqlite or postgres."""

    name: str
    says: str
    status: int
    requests: Callable[[Shop], Iterator[bytes]]
    database: str = "sqlite"


def _get(path: str, *headers: bytes) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode() + b"".join(headers) + b"\r\n"


def _to(shop: Shop, request: bytes) -> bytes:
    host = shop.url.removeprefix("http://").encode()
    return request.replace(b"Host: 127.0.0.1\r\n", b"Host: " + host + b"\r\n")


def _warm(shop: Shop) -> Iterator[bytes]:
    return itertools.repeat(_to(shop, _get("/products", COOKIE)))


def _unchanged(shop: Shop) -> Iterator[bytes]:
    tag = requests.get(f"{shop.url}/products", timeout=30).headers["ETag"].encode()
    return itertools.repeat(_to(shop, _get("/products", COOKIE, b"If-None-Match: " + tag + b"\r\n")))


def _cold(shop: Shop) -> Iterator[bytes]:
    """A parameter whose name is escaped is never answered from finished pages."""
    return itertools.repeat(_to(shop, _get("/products?%78=1", COOKIE)))


def _events(shop: Shop) -> Iterator[bytes]:
    """Signed as Stripe signs, each with an id of its own."""
    while True:
        intent = {"id": f"pi_{uuid4().hex}", "object": "payment_intent", "amount": 4200, "currency": "eur"}
        intent |= {"metadata": {"note": "x" * 2400}, "status": "succeeded", "livemode": False}
        event = {"id": f"evt_{uuid4().hex}", "object": "event", "api_version": "2026-10-28.endive", "livemode": False}
        event |= {"created": int(time.time()), "type": "payment_intent.succeeded", "data": {"object": intent}}
        body = json.dumps(event, indent=2).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        head = f"POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        head += f"Content-Type: application/json\r\nStripe-Signature: t={stamp},v1={signature}\r\n\r\n"
        yield _to(shop, head.encode() + body)


CASES = (
    Case("warm", "the list of products, for a visitor with a cart", 200, _warm),
    Case("unchanged", "304 for a list that did not change", 304, _unchanged),
    Case("cold", "the list of products, made anew from the database", 200, _cold),
    Case("webhook", "an event of Stripe, durable before the 200", 200, _events),
    Case("warm-postgres", "as warm, on PostgreSQL", 200, _warm, "postgres"),
    Case("cold-postgres", "as cold, on PostgreSQL", 200, _cold, "postgres"),
    Case("webhook-postgres", "as webhook, on PostgreSQL with synchronous_commit=on", 200, _events, "postgres"),
)
