"""The hosted page waits up to ten seconds for the shop's answer to checkout.session.completed (STRIPE.md section 3)."""

import time

from sandbox.world import World

LONGEST = 10.0


def for_answer(world: World, events: list[str]) -> None:
    """Return when each endpoint has answered the completed event, is known to be down, or ten seconds are over."""
    end = time.monotonic() + LONGEST
    with world.changed:
        while any(_unanswered(world, event) for event in events):
            left = end - time.monotonic()
            if left <= 0 or world.stopping.is_set():
                return
            world.changed.wait(min(left, 0.5))


def _unanswered(world: World, event: str) -> bool:
    rows = world.store.connection().execute(
        "SELECT endpoint FROM deliveries WHERE event = ? AND type = 'checkout.session.completed'"
        " AND state = 'pending' AND attempts = 0",
        (event,),
    )
    return any(not _down(world, row["endpoint"]) for row in rows.fetchall())


def _down(world: World, endpoint: str) -> bool:
    """Whether nobody was there at the endpoint's last attempt."""
    last = (
        world.store.connection()
        .execute("SELECT status FROM attempts WHERE endpoint = ? ORDER BY id DESC LIMIT 1", (endpoint,))
        .fetchone()
    )
    return last is not None and last["status"] is None
