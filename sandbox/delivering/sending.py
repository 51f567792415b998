"""One attempt: the event's bytes, signed, posted to an endpoint, and what came back."""

import json
import threading
from dataclasses import dataclass

import requests

from sandbox.delivering import signing
from sandbox.transaction import Thing, public

TIMEOUT = (3, 20)
_threads = threading.local()


@dataclass(frozen=True)
class Attempt:
    """`status` is None when nobody answered; `error` then says why."""

    status: int | None
    error: str | None
    answer: str

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(event: Thing, endpoint: Thing, now: int) -> Attempt:
    """Post an event; redirects count as failures, as at Stripe. `now` is the sandbox's time, for secrets that end."""
    payload = json.dumps(public(event), indent=2).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signing.header(payload, secrets_of(endpoint, now)),
        "Cache-Control": "no-cache",
    }
    try:
        with _session().post(
            endpoint["url"], data=payload, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            text = answer.raw.read(2000, decode_content=True).decode("utf-8", "replace")
            return Attempt(answer.status_code, None, text)
    except (requests.RequestException, OSError) as error:
        return Attempt(None, type(error).__name__, "")


def secrets_of(endpoint: Thing, now: int) -> list[str]:
    """The newest first; one that was rolled signs along for a while."""
    old = [one["secret"] for one in endpoint.get("_old_secrets", []) if one["until"] > now]
    return [endpoint["_secret"], *old]


def _session() -> requests.Session:
    session: requests.Session | None = getattr(_threads, "session", None)
    if session is None:
        session = requests.Session()
        session.trust_env = False
        _threads.session = session
    return session
