"""The rate limit, read, switched on and off."""

from flask import jsonify, request

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.limits import STRIPES


@door.get("/rate_limit")
def rate_limit() -> Reply:
    return jsonify(world().limits.all())


@door.post("/rate_limit")
def limit() -> Reply:
    """{"test": calls a second, "live": calls a second}; nothing at all means Stripe's own 25 and 100."""
    given = body() if request.data else dict(STRIPES)
    sound = all(name in STRIPES and isinstance(number, int) and number > 0 for name, number in given.items())
    if not given or not sound:
        return wrong('Send whole numbers of calls a second, as in {"test": 25, "live": 100}.')
    world().limits.choose(given)
    return rate_limit()


@door.delete("/rate_limit")
def no_limit() -> Reply:
    world().limits.choose({})
    return rate_limit()
