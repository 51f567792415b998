"""The clock, read and moved; what has become due has happened when it answers."""

from flask import jsonify

from sandbox.clock import ClockFileError
from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world


@door.get("/clock")
def read() -> Reply:
    return jsonify(now=world().clock.now(), offset=world().clock.offset())


@door.post("/clock")
def move() -> Reply:
    """{"advance": seconds} or {"to": unix seconds}."""
    given = body()
    try:
        if "advance" in given:
            world().clock.move(float(given["advance"]))
        elif "to" in given:
            world().clock.move(float(given["to"]) - world().clock.now())
        else:
            return wrong('Send {"advance": seconds} or {"to": unix seconds}.')
    except (ClockFileError, TypeError, ValueError) as refusal:
        return wrong(str(refusal))
    world().dispatcher.catch_up()
    return read()
