"""Deliveries as JSON; an event sent again, or everything that waits sent now."""

from flask import jsonify

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.delivering import by_hand


@door.get("/deliveries")
def attempts() -> Reply:
    return jsonify(by_hand.attempts(world()))


@door.post("/deliveries")
def again() -> Reply:
    """{"event": "evt_.."} or {"flush": true}."""
    given = body()
    if given.get("flush"):
        return jsonify(flushed=by_hand.flush(world()))
    sent = by_hand.send_again(world(), str(given.get("event")))
    if sent is None:
        return wrong('Say which event: {"event": "evt_..."}, or {"flush": true}.')
    return jsonify(sent)
