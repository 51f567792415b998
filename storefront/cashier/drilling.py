"""The drill: a signed event is sent to the shop's own public address, the way that Stripe's take, and looked for in the inbox."""

import json
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from secrets import token_hex
from urllib.parse import urlsplit

from sqlalchemy import select

from storefront.cashier.gateway import api_version, signed
from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent

PATH = "/webhooks/stripe"
PATIENCE = 10.0
VERDICT = "A drill: the shop sent this to itself, to see whether events arrive."


@dataclass(frozen=True, slots=True)
class Answer:
    """`server`, `location`: headers. `text`: the beginning of the body."""

    status: int
    server: str
    location: str
    text: str


def drill(till: Till) -> str:
    """What is wrong with the way to the shop's webhook, in a sentence; empty where an event arrived unchanged."""
    if not till.settings.stripe_webhook_secrets:
        return ""  # said elsewhere
    name = f"evt_drill_{token_hex(8)}"
    body = json.dumps(_event(name, livemode=till.settings.livemode), indent=2, ensure_ascii=False)
    url = till.settings.site_url
    try:
        answer = _post(url, body.encode(), signed(body, till.settings.stripe_webhook_secrets[0]))
    except (OSError, HTTPException) as error:
        return f"The shop cannot be reached at {url}: {_why(error)}"
    arrived = _arrived(till, name)
    if 200 <= answer.status < 300 and arrived:
        return ""
    if 200 <= answer.status < 300:
        return (
            f"{url}{PATH} answers {answer.status}, but the event is not in the inbox: something else answers in the"
            " shop's place, or the address leads to a shop with another database."
        )
    return f"{url}{PATH} {_judged(answer)}"


def _event(name: str, *, livemode: bool) -> dict[str, object]:
    """With spacing and letters that whoever writes JSON anew writes otherwise."""
    return {
        "id": name, "object": "event", "api_version": api_version(), "created": int(time.time()), "livemode": livemode,
        "type": "storefront.drill", "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
        "data": {"object": {"id": f"drill_{token_hex(4)}", "object": "drill", "note": "Grüße \N{HOT BEVERAGE}, 1.0"}},
    }  # fmt: skip


def _post(url: str, body: bytes, signature: str) -> Answer:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": "Storefront drill",
    }
    try:
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        text = answer.read(2000).decode("utf-8", "replace")
        return Answer(answer.status, answer.getheader("Server", ""), answer.getheader("Location", ""), text)
    finally:
        connection.close()


def _arrived(till: Till, name: str) -> bool:
    """Whether it is in the inbox, where it is marked so that nobody takes it for one of Stripe's."""
    with till.sessions.begin() as session:
        row = session.scalar(select(StripeEvent).where(StripeEvent.event_id == name).with_for_update())
        if row is None:
            return False
        row.source = "drill"
        row.close(EventState.IGNORED, VERDICT)
    return True


def _why(error: OSError | HTTPException) -> str:
    if isinstance(error, socket.gaierror):
        return "its name has no address in the DNS."
    if isinstance(error, ssl.SSLError):
        return f"its certificate is not accepted ({error.reason or 'no reason given'})."
    if isinstance(error, TimeoutError):
        return f"nobody answers within {PATIENCE:.0f} seconds. Is a firewall in the way?"
    if isinstance(error, ConnectionRefusedError):
        return "nothing listens there."
    return f"{type(error).__name__}."


def _judged(answer: Answer) -> str:
    ours = {
        "No signature fits": "refuses the signature: a proxy changes the body or the Stripe-Signature header on the way, and both"
        " must be passed on byte for byte; or the web process was given another STRIPE_WEBHOOK_SECRET than the worker.",
        "timestamp is too old": "finds the event too old: the clock of the web process is fast. Switch on time synchronisation (NTP).",
        "signature header cannot be read": "does not get the Stripe-Signature header: a proxy takes it away or changes it.",
        "nothing can be believed": "has no signing secret: set STRIPE_WEBHOOK_SECRET for the web process too.",
        "other mode": "is of the other mode: test and live do not mix. Compare the keys of the web process and the worker.",
        "not JSON": "cannot read the body: a proxy changes it. It must be passed on byte for byte.",
    }
    if answer.status == 400:
        for words, sentence in ours.items():
            if words in answer.text:
                return sentence
    if 300 <= answer.status < 400:
        return f"redirects to {answer.location or 'somewhere'}: Stripe follows no redirect. Set SITE_URL to where it leads."
    if answer.status in (404, 405):
        return f"answers {answer.status}: another program answers there, or a proxy does not pass this path on to the cashier."
    if answer.status >= 500:
        return f"answers {answer.status}: the shop or its database is down behind {answer.server or 'a proxy'}."
    who = f" ({answer.server})" if answer.server else ""
    return f"is blocked: it answers {answer.status}{who}. A firewall, a password or a filter stands before it: let Stripe pass."
