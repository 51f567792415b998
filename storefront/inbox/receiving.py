"""Receiving: an event becomes a row, once, in one statement."""

import json
import re
from typing import Any

from sqlalchemy import Connection, text

from storefront import pan
from storefront.clock import now
from storefront.db import UTCDateTime

_INSERT = text(
    "INSERT INTO stripe_events (account, livemode, event_id, type, object_id, api_version, body, source, state, verdict, received_at,"
    " attempts, tries, next_try, waiting_since, claimed_by, last_error)"
    " VALUES (:account, :livemode, :event_id, :type, :object_id, :api_version, :body, :source, 'received', '', :at, 0, 0, :at, :at, '', '')"
    " ON CONFLICT DO NOTHING RETURNING id"
)

Json = dict[str, Any]
_TIME = UTCDateTime()
_NAME = re.compile(r"[\w.:-]{1,255}", re.ASCII)


class NotAnEventError(ValueError):
    """Signed, but nothing for this shop; the message says why. `reason`: `malformed` or `mode`."""

    def __init__(self, message: str, reason: str = "malformed") -> None:
        super().__init__(message)
        self.reason = reason


def checked(body: Any, *, livemode: bool) -> Json:
    """The event as decoded, if it is one that this shop takes. Raises NotAnEventError."""
    if not isinstance(body, dict) or body.get("object") != "event":
        kind = body.get("object") if isinstance(body, dict) else type(body).__name__
        raise NotAnEventError(f"This is no snapshot event but {str(kind)[:40]}.")
    data = body.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict) or not _is_name(body.get("id")) or not _is_name(body.get("type")):
        raise NotAnEventError("This event lacks an id, a type or an object.")
    if not all(_is_name(name) for name in (thing.get("id"), body.get("account"), body.get("api_version")) if name):
        raise NotAnEventError("This event's object, account or version has no name that could be kept.")
    if body.get("livemode") is not livemode:
        raise NotAnEventError("This event is of the other mode: test and live do not mix.", "mode")
    return body


def _is_name(value: Any) -> bool:
    """Whether both databases can keep it: a NUL or half a surrogate in it is valid JSON, and yet would end in a 500."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def receive(connection: Connection, event: Json, raw: str, source: str = "pushed") -> bool:
    """Insert a checked event unless it is known. `raw`: its JSON as received. Returns whether it is new."""
    moment = _TIME.process_bind_param(now(), connection.dialect)
    row = {
        "account": event.get("account") or "",
        "livemode": event["livemode"],
        "event_id": event["id"],
        "type": event["type"],
        "object_id": event["data"]["object"].get("id") or "",
        "api_version": event.get("api_version") or "",
        "body": _kept(event, raw),
        "source": source,
        "at": moment,
    }
    return connection.execute(_INSERT, row).first() is not None


def _kept(event: Json, raw: str) -> str:
    """The JSON as it was signed, to the byte, unless a card number must not be kept."""
    try:
        masked = pan.mask_json(event)
    except RecursionError:
        return pan.mask(raw)
    return raw if masked == event else json.dumps(masked)
