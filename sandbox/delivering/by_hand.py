"""Attempts as a list, an event sent again by hand, everything that waits sent now."""

from typing import Any

from sandbox.delivering import sending
from sandbox.delivering.dispatcher import record
from sandbox.world import World


def attempts(world: World) -> list[dict[str, Any]]:
    """Oldest first; status is null when nobody answered."""
    rows = world.store.connection().execute(
        "SELECT event, type, endpoint, attempt, status, error, answer, at FROM attempts ORDER BY id"
    )
    return [dict(row) for row in rows.fetchall()]


def send_again(world: World, event_id: str) -> list[dict[str, Any]] | None:
    """Send an event to every enabled endpoint now, arrived before or not; None if there is none."""
    for livemode in (False, True):
        with world.reading(livemode) as tx:
            event = tx.find(event_id)
            endpoints = [one for one in tx.all("webhook_endpoint") if one["status"] == "enabled"]
        if event is not None and event["object"] == "event":
            return [_resend(world, event, endpoint) for endpoint in endpoints]
    return None


def _resend(world: World, event: dict[str, Any], endpoint: dict[str, Any]) -> dict[str, Any]:
    with world.store.writing() as connection:
        row = connection.execute(
            "SELECT * FROM deliveries WHERE event = ? AND endpoint = ?", (event["id"], endpoint["id"])
        ).fetchone()
        if row is None:
            now = world.clock.now()
            values = (event["id"], event["type"], endpoint["id"], now, now)
            connection.execute(
                "INSERT INTO deliveries (event, type, endpoint, state, due, created) VALUES (?, ?, ?, 'failed', ?, ?)",
                values,
            )
            row = connection.execute(
                "SELECT * FROM deliveries WHERE event = ? AND endpoint = ?", (event["id"], endpoint["id"])
            ).fetchone()
    attempt = sending.send(event, endpoint, world.clock.now())
    record(world, row, attempt, keep_trying=row["state"] == "pending")
    return {"endpoint": endpoint["url"], "status": attempt.status, "error": attempt.error}


def flush(world: World) -> bool:
    """Make everything that waits due now, send it, and wait for the answers; False if they took too long."""
    with world.store.writing() as connection:
        connection.execute("UPDATE deliveries SET due = ? WHERE state = 'pending'", (world.clock.now(),))
    return world.dispatcher.catch_up()
