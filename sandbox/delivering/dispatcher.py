"""The thread that sends what is due, and does what the clock has brought."""

import logging
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sandbox.delivering import schedule, sending
from sandbox.faults import Fault
from sandbox.paying import duties
from sandbox.transaction import Thing
from sandbox.world import World

LOG = logging.getLogger("sandbox.delivering")
# An endpoint gets one event at a time until an answer takes longer than this; then the next one goes out too.
PATIENCE = 1.0
LANES = 8


class Dispatcher:
    """Sends each endpoint its events in order; a slow answer or a down endpoint does not hold up the others."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pool = ThreadPoolExecutor(LANES, "delivery")
        self._running: dict[int, tuple[str, float]] = {}
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
        self._due_line = threading.Lock()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let running attempts end, start none."""
        self._world.stopping.set()
        self._world.notify()
        if self._thread.is_alive():
            self._thread.join(5)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def catch_up(self, seconds: float = 20.0) -> bool:
        """Do all that is due now and wait until its deliveries have been tried; False if time ran out."""
        self.do_duties()
        self._world.notify()
        end = time.monotonic() + seconds
        with self._world.changed:
            while self._due() is not None or self._running:
                left = end - time.monotonic()
                if left <= 0 or self._world.stopping.is_set():
                    return False
                self._world.changed.wait(min(left, 0.2))
        return True

    def rest(self, seconds: float = 20.0) -> bool:
        """Wait until no duty is being done and no delivery is under way; False if time ran out."""
        with self._due_line, self._world.changed:
            return self._world.changed.wait_for(lambda: not self._running, seconds)

    def do_duties(self) -> None:
        with self._due_line:
            duties.run_due(self._world)

    def _run(self) -> None:
        while not self._world.stopping.is_set():
            try:
                self.do_duties()
                sent = self._start_one()
            except Exception:
                LOG.exception("What is due could not be done; trying again in a second.")
                sent = self._world.stopping.wait(1.0)
            if not sent:
                with self._world.changed:
                    if self._due() is None or self._busy_lanes():
                        self._world.changed.wait(0.25)

    def _busy_lanes(self) -> bool:
        return bool(self._running)

    def _due(self) -> sqlite3.Row | None:
        """The oldest delivery that may go out now."""
        young = {endpoint for endpoint, begun in self._running.values() if time.monotonic() - begun < PATIENCE}
        rows = self._world.store.connection().execute(
            "SELECT * FROM deliveries WHERE state = 'pending' AND due <= ? ORDER BY due, id LIMIT 50",
            (self._world.clock.now(),),
        )
        for row in rows.fetchall():
            if row["id"] not in self._running and row["endpoint"] not in young:
                return row
        return None

    def _start_one(self) -> bool:
        with self._world.changed:
            if len(self._running) >= LANES:
                return False
            row = self._due()
            if row is None:
                return False
            self._running[row["id"]] = (row["endpoint"], time.monotonic())
        self._pool.submit(self._deliver, row)
        return True

    def _deliver(self, row: sqlite3.Row) -> None:
        try:
            attempt_delivery(self._world, row)
        except Exception:
            LOG.exception("Delivery %s of %s failed within the sandbox.", row["id"], row["event"])
        finally:
            with self._world.changed:
                del self._running[row["id"]]
                self._world.changed.notify_all()


def attempt_delivery(world: World, row: sqlite3.Row) -> None:
    """Try one delivery, under whatever fault strikes it, and write down how it went."""
    event, endpoint = _letter(world, row)
    if event is None or endpoint is None or endpoint["status"] != "enabled":
        with world.store.writing() as connection:
            connection.execute("UPDATE deliveries SET state = 'failed' WHERE id = ?", (row["id"],))
        return
    fault = world.faults.strike("delivery", event["type"])
    if fault and fault.do in ("delay", "reorder"):
        _put_off(world, row, fault)
        return
    for _ in range(2 if fault and fault.do == "repeat" else 1):
        record(world, row, _attempt(world, event, endpoint, fault), keep_trying=True)


def _attempt(world: World, event: Thing, endpoint: Thing, fault: Fault | None) -> sending.Attempt:
    if fault and fault.do == "fail":
        return sending.Attempt(None, "fault: the delivery was made to fail", "")
    if fault and fault.do == "drop":
        return sending.Attempt(200, "fault: dropped, and believed to have arrived", "")
    try:
        return sending.send(event, endpoint, world.clock.now())
    except Exception as error:
        # Whatever an endpoint's address or answer does to the client is a failed attempt, to be tried again like any other.
        LOG.exception("An attempt to deliver %s failed within the sandbox.", event["id"])
        return sending.Attempt(None, type(error).__name__, "")


def _put_off(world: World, row: sqlite3.Row, fault: Fault) -> None:
    """A delayed delivery waits; a reordered one goes behind all that are waiting now."""
    wait = max(1, round(fault.seconds))
    with world.store.writing() as connection:
        connection.execute("UPDATE deliveries SET due = ? WHERE id = ?", (world.clock.now() + wait, row["id"]))


def _letter(world: World, row: sqlite3.Row) -> tuple[Thing | None, Thing | None]:
    for livemode in (False, True):
        with world.reading(livemode) as tx:
            event, endpoint = tx.find(row["event"]), tx.find(row["endpoint"])
        if event is not None:
            return event, endpoint
    return None, None


def record(world: World, row: sqlite3.Row, attempt: sending.Attempt, keep_trying: bool) -> None:
    """Write an attempt and what follows from it: delivered, tried again later, or given up."""
    now = world.clock.now()
    with world.store.writing() as connection:
        tried = connection.execute("SELECT attempts FROM deliveries WHERE id = ?", (row["id"],)).fetchone()
        if tried is None:
            return  # the sandbox has begun anew meanwhile
        number = tried[0] + 1
        values: tuple[Any, ...] = (row["id"], row["event"], row["type"], row["endpoint"], number)
        connection.execute(
            "INSERT INTO attempts (delivery, event, type, endpoint, attempt, status, error, answer, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, attempt.status, attempt.error, attempt.answer, now),
        )
        due = (
            schedule.next_try(row["created"], number, now, world.variants["delivery_retries"]) if keep_trying else None
        )
        state = "delivered" if attempt.ok else "pending" if due else "failed"
        connection.execute(
            "UPDATE deliveries SET attempts = ?, due = coalesce(?, due),"
            " state = CASE WHEN state = 'delivered' THEN state ELSE ? END WHERE id = ?",
            (number, due if state == "pending" else None, state, row["id"]),
        )
    world.notify()
