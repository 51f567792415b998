"""What falls due by the clock alone: holds lapse, sessions expire, charges settle."""

import logging
import sqlite3
from collections.abc import Callable

from sandbox.paying import debits, disputing, intents, refunding, sessions, settlement, testclocks
from sandbox.transaction import Thing, Transaction
from sandbox.world import World

LOG = logging.getLogger("sandbox.duties")
Duty = Callable[[Transaction, Thing], None]
DUTIES: dict[str, Duty] = {}


def duty(name: str) -> Callable[[Duty], Duty]:
    """Do this to the subject when a duty of that name falls due."""

    def add(does: Duty) -> Duty:
        DUTIES[name] = does
        return does

    return add


def run_due(world: World) -> int:
    """Do everything that is due, oldest first, each in its own transaction dated at its hour; the number done."""
    done = 0
    while row := _next(world):
        try:
            done += _do(world, row)
        except sqlite3.Error:
            raise
        except Exception:
            LOG.exception("The duty %s of %s failed and is left undone.", row["kind"], row["subject"])
            _leave_undone(world, row)
    return done


def _leave_undone(world: World, row: sqlite3.Row) -> None:
    """One broken duty holds up neither the others nor the deliveries; a test clock says that it failed."""
    with world.writing(bool(row["livemode"])) as tx:
        tx.connection.execute("DELETE FROM duties WHERE id = ?", (row["id"],))
        clock = tx.find(row["clock"])
        if clock is not None:
            testclocks.fail(tx, clock)


def _next(world: World) -> sqlite3.Row | None:
    """The oldest duty that is due by the sandbox's clock, or else by a test clock that is being advanced."""
    connection = world.store.connection()
    query = "SELECT * FROM duties WHERE clock IS ? AND due <= ? ORDER BY due, kind = 'reach_time', id LIMIT 1"
    row: sqlite3.Row | None = connection.execute(query, (None, world.clock.now())).fetchone()
    if row is None:
        for clock, target in testclocks.advancing(connection, world.clock.now()):
            row = row or connection.execute(query, (clock, target)).fetchone()
    return row


def _do(world: World, row: sqlite3.Row) -> int:
    with world.writing(bool(row["livemode"]), now=row["due"], clock=row["clock"]) as tx:
        taken = tx.connection.execute("DELETE FROM duties WHERE id = ?", (row["id"],)).rowcount
        subject = tx.find(row["subject"])
        if not taken or subject is None:
            return 0
        DUTIES[row["kind"]](tx, subject)
        return 1


@duty("lapse_hold")
def lapse_hold(tx: Transaction, charge: Thing) -> None:
    """The bank no longer keeps the money for us (section 12, manual expiry)."""
    intent = tx.get(charge["payment_intent"])
    if intent["status"] == "requires_capture" and intent["latest_charge"] == charge["id"]:
        first = tx.variants["expired_hold_events"] == "charge_first"
        if first:
            tx.tell("charge.expired", charge)
        intents.cancel(tx, intent, tx.variants["expired_hold"])
        if not first:
            tx.tell("charge.expired", charge)


@duty("settle_charge")
def settle_charge(tx: Transaction, charge: Thing) -> None:
    if charge["balance_transaction"] is None:
        settlement.settle(tx, charge)
        tx.put(charge)
        tx.tell("charge.updated", charge, {"balance_transaction": None})


@duty("make_available")
def make_available(tx: Transaction, entry: Thing) -> None:
    entry["status"] = "available"
    tx.put(entry)


@duty("expire_session")
def expire_session(tx: Transaction, session: Thing) -> None:
    if session["status"] == "open":
        sessions.expire(tx, session)


duty("reach_time")(testclocks.reach)
duty("settle_debit")(debits.settle)
duty("settle_refund")(refunding.settle)
duty("fail_refund")(refunding.fail)
duty("know_reference")(refunding.know_reference)
duty("decide_dispute")(disputing.decide_by_evidence)
duty("miss_dispute")(disputing.miss)
duty("close_inquiry")(disputing.close_inquiry)
