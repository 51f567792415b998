"""Test clocks: time that belongs to a few customers alone, and moves only when told (STRIPE.md section 10)."""

import sqlite3

from sandbox.errors import StripeError
from sandbox.transaction import Thing, Transaction

KIND = "test_helpers.test_clock"


PACE = {"at_once": 0, "six_seconds": 6}


def advancing(connection: sqlite3.Connection, wall: int) -> list[tuple[str, int]]:
    """(clock, target in Unix seconds) of those on their way."""
    rows = connection.execute(
        "SELECT id, json_extract(body, '$.status_details.advancing.target_frozen_time') AS target FROM objects"
        " WHERE kind = ? AND livemode = 0 AND json_extract(body, '$.status') = 'advancing'"
        " AND json_extract(body, '$._sets_out') <= ?",
        (KIND, wall),
    )
    return [(row["id"], row["target"]) for row in rows.fetchall()]


def begin(tx: Transaction, clock: Thing, target: int) -> None:
    """Set out for a later time; what is due until then happens in the background."""
    clock |= {"status": "advancing", "status_details": {"advancing": {"target_frozen_time": target}}}
    clock["_sets_out"] = tx.wall + PACE[tx.variants["test_clock_pace"]]
    tx.put(clock)
    tx.connection.execute(
        "INSERT INTO duties (due, kind, subject, livemode, clock) VALUES (?, 'reach_time', ?, ?, ?)",
        (target, clock["id"], tx.livemode, clock["id"]),
    )
    tx.tell("test_helpers.test_clock.advancing", clock)


def reach(tx: Transaction, clock: Thing) -> None:
    """Everything until the target has happened."""
    clock |= {"frozen_time": tx.now, "status": "ready", "status_details": {}}
    tx.put(clock)
    tx.tell("test_helpers.test_clock.ready", clock)


def fail(tx: Transaction, clock: Thing) -> None:
    """The sandbox itself could not do what was due; the clock stays where it was."""
    clock |= {"status": "internal_failure", "status_details": {}}
    tx.put(clock)
    tx.tell("test_helpers.test_clock.internal_failure", clock)


def adopt(tx: Transaction, clock: Thing, customer: Thing) -> None:
    """Tie a customer, and all that waits for its subscriptions and invoices, to a clock for good."""
    mine = [customer]
    for kind in ("subscription", "invoice", "invoiceitem"):
        mine += tx.all(kind, customer=customer["id"])
    for thing in mine:
        thing["test_clock"] = clock["id"]
        tx.put(thing)
        tx.connection.execute("UPDATE duties SET clock = ? WHERE subject = ?", (clock["id"], thing["id"]))


def must_stand_still(tx: Transaction, thing: Thing) -> None:
    """Raise Stripe's 429 for a change of something whose clock is being advanced."""
    clock = tx.find(thing.get("test_clock"))
    if clock is not None and clock["status"] == "advancing":
        message = f"Test clock advancement underway - cannot perform modifications: {clock['id']}"
        raise StripeError(429, "invalid_request_error", message, begun=False)
