"""One unit of work: the objects it reads and writes, the events it tells, the duties it leaves for later."""

import copy
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sandbox import ids
from sandbox.errors import no_such
from sandbox.variants import Variants

API_VERSION = "2026-10-28.endive"
Thing = dict[str, Any]

# Fields by which lists are filtered; written out so that SQLite finds its expression indexes.
_COLUMN = "json_extract(body, '$.{}')"


@dataclass(frozen=True)
class Origin:
    """The API request that caused what happens, if any did."""

    request: str | None = None
    key: str | None = None


@dataclass
class Transaction:
    """Everything that one call or duty may touch.

    `wall` is the sandbox's time, by which events and answers are dated, and does not move. `now` is the time of what
    happens: the same, or that of the test clock called `clock` (STRIPE.md section 10).
    """

    connection: sqlite3.Connection
    livemode: bool
    now: int
    wall: int
    site: str
    account: str
    variants: Variants
    origin: Origin = field(default_factory=Origin)
    clock: str | None = None
    told: list[str] = field(default_factory=list)
    _held: list[tuple[str, Thing, Thing | None]] | None = None
    _seen: dict[str, Thing] = field(default_factory=dict)

    # objects

    def new(self, prefix: str, kind: str, **fields: Any) -> Thing:
        """A new object with id, object, created and livemode; nothing is written before `put`."""
        thing = {
            "id": ids.new_id(prefix, self.livemode),
            "object": kind,
            "created": self.now,
            "livemode": self.livemode,
        }
        return thing | fields

    def put(self, thing: Thing) -> Thing:
        """Write an object; the same id replaces."""
        self._seen[thing["id"]] = thing
        values = (thing["id"], thing["object"], self.livemode, thing.get("created", self.now), json.dumps(thing))
        self.connection.execute(
            "INSERT INTO objects (id, kind, livemode, created, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            values,
        )
        return thing

    def drop(self, thing: Thing) -> None:
        self._seen.pop(thing["id"], None)
        self.connection.execute("DELETE FROM objects WHERE id = ?", (thing["id"],))

    def find(self, object_id: str | None) -> Thing | None:
        """The object of that id in this mode, the same dict each time within one transaction."""
        if object_id is None:
            return None
        if object_id not in self._seen:
            row = self.connection.execute(
                "SELECT body FROM objects WHERE id = ? AND livemode = ?", (object_id, self.livemode)
            ).fetchone()
            if row is None:
                return None
            self._seen[object_id] = json.loads(row["body"])
        return self._seen[object_id]

    def get(self, object_id: str) -> Thing:
        """An object that is known to be there."""
        thing = self.find(object_id)
        if thing is None:
            raise LookupError(object_id)
        return thing

    def require(self, kind: str, object_id: str, param: str | None = None, noun: str | None = None) -> Thing:
        """The object a caller names, or Stripe's "No such ..."; 404 for a path, 400 for a parameter."""
        thing = self.find(object_id)
        if thing is None or thing["object"] != kind:
            raise no_such(noun or kind.replace(".", " "), object_id, param, self._other_mode_of(object_id))
        return thing

    def _other_mode_of(self, object_id: str) -> str:
        """The mode, live or test, in which there is such an object and this one is not; empty where there is none."""
        row = self.connection.execute(
            "SELECT livemode FROM objects WHERE id = ? AND livemode <> ?", (object_id, self.livemode)
        ).fetchone()
        return "" if row is None else "live" if row["livemode"] else "test"

    def all(self, kind: str, newest_first: bool = True, **equal: Any) -> list[Thing]:
        """Every object of a kind whose fields have these values."""
        where = "".join(f" AND {_COLUMN.format(name)} = ?" for name in equal)
        order = "DESC" if newest_first else "ASC"
        query = f"SELECT id, body FROM objects WHERE kind = ?{where} AND livemode = ? ORDER BY seq {order}"  # noqa: S608  # nosec B608 - columns of our own, values are bound
        rows = self.connection.execute(query, (kind, *equal.values(), self.livemode))
        return [self._seen.setdefault(row["id"], json.loads(row["body"])) for row in rows.fetchall()]

    def keep_content(self, object_id: str, content: bytes) -> None:
        """Keep the bytes of a file beside its object."""
        self.connection.execute("INSERT INTO contents (id, content) VALUES (?, ?)", (object_id, content))

    def content(self, object_id: str) -> bytes:
        row = self.connection.execute("SELECT content FROM contents WHERE id = ?", (object_id,)).fetchone()
        return bytes(row["content"])

    # events

    def tell(self, event_type: str, thing: Thing, previous: Thing | None = None) -> None:
        """Write an event with a snapshot of the object as it is now, and a delivery for each endpoint that listens."""
        snapshot = copy.deepcopy(public(thing))
        previous = previous if event_type.endswith(".updated") else None
        if self._held is not None:
            self._held.append((event_type, snapshot, previous))
        else:
            self._write_event(event_type, snapshot, previous)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Tell everything at the end, the session's own event last or first as the variant has it."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
        if self.variants["session_event"] == "first":
            held.sort(key=lambda event: event[0] != "checkout.session.completed")
        for event_type, snapshot, previous in held:
            self._write_event(event_type, snapshot, previous)

    def _write_event(self, event_type: str, snapshot: Thing, previous: Thing | None) -> None:
        endpoints = [one["id"] for one in self._endpoints() if listens(one, event_type)]
        data: Thing = {"object": snapshot}
        if previous:
            data["previous_attributes"] = previous
        event = self.new(
            "evt",
            "event",
            created=self.wall,
            api_version=API_VERSION,
            data=data,
            pending_webhooks=len(endpoints),
            request={"id": self.origin.request, "idempotency_key": self.origin.key},
            type=event_type,
        )
        self.put(event)
        self.connection.executemany(
            "INSERT INTO deliveries (event, type, endpoint, state, due, created) VALUES (?, ?, ?, 'pending', ?, ?)",
            [(event["id"], event_type, endpoint, self.wall, self.wall) for endpoint in endpoints],
        )
        self.told.append(event["id"])

    def _endpoints(self) -> Sequence[Thing]:
        return [one for one in self.all("webhook_endpoint", newest_first=False) if one["status"] == "enabled"]

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Whatever is written and told inside is forgotten at the end; objects must be fetched anew inside."""
        outside = self._seen, self._held, list(self.told), self.now
        self._seen, self._held = copy.deepcopy(self._seen), None
        self.connection.execute("SAVEPOINT trial")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK TO trial")
            self.connection.execute("RELEASE trial")
            self._seen, self._held, self.told, self.now = outside

    # time

    def stand_on(self, thing: Thing) -> None:
        """From here on it is as late as on the test clock of a customer, subscription or invoice, if it has one."""
        clock = self.find(thing.get("test_clock"))
        if clock is not None and self.clock is None:
            self.now, self.clock = clock["frozen_time"], clock["id"]

    def schedule(self, due: int, kind: str, subject: str) -> None:
        """Have the duty called `kind` done to an object when its clock reaches `due`.

        What may be on a test clock, subscriptions and invoices, must have been written before. What has none of its
        own, such as a charge, waits equally long by the sandbox's clock.
        """
        clock = (self.find(subject) or {}).get("test_clock")
        moment = due if clock else due - self.now + self.wall
        self.connection.execute(
            "INSERT INTO duties (due, kind, subject, livemode, clock) VALUES (?, ?, ?, ?, ?)",
            (moment, kind, subject, self.livemode, clock),
        )


def public(thing: Thing) -> Thing:
    """An object as the outside may see it: the sandbox's own notes start with an underscore."""
    return {key: value for key, value in thing.items() if not key.startswith("_")}


def listens(endpoint: Thing, event_type: str) -> bool:
    return event_type in endpoint["enabled_events"] or "*" in endpoint["enabled_events"]
