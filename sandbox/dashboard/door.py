"""The dashboard's blueprint, how it writes a moment, and how a button's deed is done or refused."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, abort

from sandbox.current import world
from sandbox.errors import StripeError
from sandbox.money import said
from sandbox.transaction import Thing, Transaction

_END_OF_CALENDAR = 253402300800

door = Blueprint("dashboard", __name__)
door.app_template_global("said")(said)


@door.app_template_filter("moment")
def moment(seconds: float) -> str:
    if seconds >= _END_OF_CALENDAR:
        return "after the year 9999"
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M:%S UTC")


@door.app_template_filter("day")
def day(seconds: float) -> str:
    return moment(seconds).partition(",")[0]


@door.app_template_filter("words")
def words(name: str | None) -> str:
    """Stripe's snake_case as a person writes it."""
    return (name or "\u2013").replace("_", " ")


@door.app_template_filter("sentence")
def sentence(text: str) -> str:
    """Begin with a capital, unless Stripe's own name of something stands first."""
    first = text.partition(" ")[0]
    return text if set("._") & set(first) else text[0].upper() + text[1:]


@door.app_template_global("clock_now")
def clock_now() -> int:
    """The sandbox's Unix seconds, which every page shows."""
    return world().clock.now()


def found(kind: str, object_id: str) -> Thing:
    """The object that an address names; 404 where there is none of that kind."""
    thing = world().thing(object_id)
    if thing is None or thing["object"] != kind:
        abort(404, "There is no such thing here. The sandbox may have been reset since.")
    return thing


def done(thing: Thing, deed: Callable[[Transaction, Thing], object]) -> str | None:
    """Do it to the object in one transaction; a sentence when it is refused."""
    try:
        with world().writing(thing["livemode"]) as tx:
            fresh = tx.get(thing["id"])
            tx.stand_on(fresh)
            deed(tx, fresh)
    except (StripeError, ValueError) as refusal:
        return str(refusal)
    return None
