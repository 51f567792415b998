"""Receiving: an event becomes a row, once, in one statement."""

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
    if not isinstance(body.get("id"), str) or not isinstance(body.get("type"), str) or not isinstance(thing, dict):
        raise NotAnEventError("This event lacks an id, a type or an object.")
    if body.get("livemode") is not livemode:
        raise NotAnEventError("This event is of the other mode: test and live do not mix.", "mode")
    return body


def receive(connection: Connection, event: Json, raw: str, source: str = "pushed") -> bool:
    """Insert a checked event unless it is known. `raw`: its JSON as received. Returns whether it is new."""
    moment = _TIME.process_bind_param(now(), connection.dialect)
    row = {
        "account": event.get("account") or "",
        "livemode": event["livemode"],
        "event_id": event["id"],
        "type": event["type"],
        "object_id": str(event["data"]["object"].get("id") or ""),
        "api_version": event.get("api_version") or "",
        "body": pan.mask(raw),
        "source": source,
        "at": moment,
    }
    return connection.execute(_INSERT, row).first() is not None
