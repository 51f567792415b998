"""Faults, listed_faults, added and cleared."""

from flask import jsonify, request

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.faults import BadFault


@door.get("/faults")
def listed_faults() -> Reply:
    return jsonify(world().faults.all())


@door.post("/faults")
def add() -> Reply:
    try:
        return jsonify(world().faults.add(body()))
    except BadFault as refusal:
        return wrong(str(refusal))


@door.delete("/faults")
def clear() -> Reply:
    """All of them, or the one of ?id=."""
    world().faults.clear(request.args.get("id", type=int))
    return listed_faults()
