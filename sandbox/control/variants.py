"""The variants, read and chosen."""

from flask import jsonify

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.variants import VARIANTS, UnknownVariant


@door.get("/variants")
def listed_variants() -> Reply:
    return jsonify(chosen=world().variants.all(), choices={one.name: list(one.choices) for one in VARIANTS})


@door.post("/variants")
def choose() -> Reply:
    """{"session_event": "first", ..}."""
    try:
        for name, choice in body().items():
            world().variants.choose(name, str(choice))
    except UnknownVariant as refusal:
        return wrong(str(refusal))
    return listed_variants()
