"""What remains of a text or a JSON once the person is gone from it."""

import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.inbox.event import StripeEvent
from storefront.privacy.erasure import ErasedName

Json = dict[str, Any]
ERASED = "(erased)"
SHORTEST = 3
_NAMED = re.compile(r"\b[a-z]{2,6}_[A-Za-z0-9_]+")
_HARMLESS = re.compile(r"[\w.:-]{1,120}", re.ASCII)
_KEPT = frozenset({
    "id", "object", "type", "created", "livemode", "api_version", "account", "status", "amount", "currency", "payment_intent",
    "charge", "customer", "subscription", "invoice", "latest_charge", "dispute", "session", "intent", "deed", "submit", "deleted",
})  # fmt: skip
_MARKS = frozenset({"store", "order", "payment", "refund", "answer"})


def ids_in(text: str) -> set[str]:
    """Whatever looks like one of Stripe's ids."""
    return set(_NAMED.findall(text))


def bones(thing: Json) -> Json:
    """Ids, states and sums of a JSON from or for Stripe, enough to know what it was about and to look it up again."""
    left = {name: value for name, value in thing.items() if name in _KEPT and _harmless(value)}
    marks = thing.get("metadata")
    if isinstance(marks, dict):
        left["metadata"] = {name: value for name, value in marks.items() if name in _MARKS and _harmless(value)}
    data = thing.get("data")
    if isinstance(data, dict) and isinstance(data.get("object"), dict):
        left["data"] = {"object": bones(data["object"])}
    return left | {"erased": True}


def bare_event(body: str) -> str:
    """The event's JSON, without the person."""
    return json.dumps(bones(json.loads(body)))


def strip_if_erased(session: Session, event: StripeEvent) -> None:
    """Of an event about what was an erased person's, keep the bones."""
    named = select(ErasedName.stripe_id).where(ErasedName.stripe_id.in_(ids_in(event.body)))
    if session.scalar(named.limit(1)) is not None:
        event.body = bare_event(event.body)


def sweeper(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of these words, whole, in whatever case; None where there is none worth finding."""
    wanted = sorted({word.strip() for word in words if len(word.strip()) >= SHORTEST}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)", re.IGNORECASE) if wanted else None


def _harmless(value: Any) -> bool:
    return isinstance(value, bool | int) or (isinstance(value, str) and _HARMLESS.fullmatch(value) is not None)
