"""Payments, events, faults, and any object as JSON."""

import json

from flask import abort, render_template

from sandbox import faults
from sandbox.control.totals import totals
from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import door
from sandbox.mail import letters
from sandbox.mail.catcher import MODES
from sandbox.money import said
from sandbox.transaction import public
from sandbox.variants import VARIANTS

_STEPS = (("36 minutes", 36 * 60), ("1 hour", 3600), ("1 day", 86400), ("7 days", 7 * 86400))


@door.get("/")
def home() -> str:
    here = world()
    return render_template(
        "dashboard/home.html",
        now=here.clock.now(),
        offset=here.clock.offset(),
        steps=_STEPS,
        coming=reading.coming(here),
        payments=reading.payments(here),
        totals=totals(here.store),
        said=said,
        letters=letters.count(here.store),
    )


@door.get("/events")
def events() -> str:
    return render_template("dashboard/events.html", events=reading.events(world()))


@door.get("/subscriptions")
def subscriptions() -> str:
    return render_template("dashboard/subscriptions.html", rows=reading.subscriptions(world()), said=said)


@door.get("/faults")
def misbehaviour() -> str:
    here = world()
    return render_template(
        "dashboard/faults.html",
        rules=here.faults.all(),
        requests=faults.REQUEST,
        deliveries=faults.DELIVERY,
        modes=MODES,
        mode=here.catcher.mode,
        variants=VARIANTS,
        chosen=here.variants.all(),
    )


@door.get("/objects/<object_id>")
def thing(object_id: str) -> str:
    found = world().thing(object_id)
    if found is None:
        abort(404, "There is no object of this id. The sandbox may have been reset since.")
    return render_template("dashboard/object.html", id=object_id, text=json.dumps(public(found), indent=2))
