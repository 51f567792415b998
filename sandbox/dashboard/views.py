"""The dashboard at /, and its switches; every switch answers 303 back to where it stands."""

import json
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox import faults
from sandbox.clock import ClockFileError
from sandbox.control import deliveries
from sandbox.control.totals import totals
from sandbox.dashboard import reading
from sandbox.mail import letters
from sandbox.mail.catcher import MODES
from sandbox.money import said
from sandbox.transaction import public
from sandbox.variants import VARIANTS, UnknownVariant
from sandbox.world import World

_STEPS = (("36 minutes", 36 * 60), ("1 hour", 3600), ("1 day", 86400), ("7 days", 7 * 86400))


def blueprint(world: World) -> Blueprint:
    door = Blueprint("dashboard", __name__)
    door.add_app_template_filter(_moment, "moment")
    _pages(door, world)
    _switches(door, world)
    return door


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M:%S UTC")


def _pages(door: Blueprint, world: World) -> None:
    @door.get("/")
    def home() -> str:
        return render_template(
            "dashboard/home.html",
            now=world.clock.now(),
            offset=world.clock.offset(),
            steps=_STEPS,
            coming=reading.coming(world),
            payments=reading.payments(world),
            totals=totals(world.store),
            said=said,
            letters=len(letters.all_letters(world.store)),
        )

    @door.get("/events")
    def events() -> str:
        return render_template("dashboard/events.html", events=reading.events(world))

    @door.get("/faults")
    def misbehaviour() -> str:
        return render_template(
            "dashboard/faults.html",
            rules=world.faults.all(),
            requests=faults.REQUEST,
            deliveries=faults.DELIVERY,
            modes=MODES,
            mode=world.catcher.mode,
            variants=VARIANTS,
            chosen=world.variants.all(),
        )

    @door.get("/objects/<object_id>")
    def thing(object_id: str) -> str:
        for livemode in (False, True):
            with world.reading(livemode) as tx:
                found = tx.find(object_id)
            if found is not None:
                return render_template("dashboard/object.html", id=object_id, text=json.dumps(public(found), indent=2))
        abort(404)


def _switches(door: Blueprint, world: World) -> None:
    @door.post("/clock")
    def clock() -> Response:
        try:
            to = request.form.get("to", type=int)
            seconds = to - world.clock.now() if to else request.form.get("advance", 0, type=int)
            world.clock.move(max(0, seconds))
        except ClockFileError as wrong:
            abort(409, str(wrong))
        world.dispatcher.catch_up()
        return redirect("/", 303)

    @door.post("/events/<event_id>/deliveries")
    def again(event_id: str) -> Response:
        if deliveries.send_again(world, event_id) is None:
            abort(404)
        return redirect(f"/events#{event_id}", 303)

    @door.post("/faults")
    def add_fault() -> Response:
        rule = {name: value for name, value in request.form.items() if value}
        rule["where"] = "delivery" if rule.get("do") in faults.DELIVERY else "request"
        name = str(rule.pop("name", "*"))
        rule["event" if rule["where"] == "delivery" else "path"] = name
        forever = rule.pop("always", None)
        try:
            world.faults.add(rule | ({"times": None} if forever else {}))
        except faults.BadFault as wrong:
            abort(400, str(wrong))
        return redirect("/faults", 303)

    @door.post("/faults/<int:number>/removal")
    def remove_fault(number: int) -> Response:
        world.faults.clear(number)
        return redirect("/faults", 303)

    @door.post("/mailserver")
    def mailserver() -> Response:
        mode = request.form.get("mode", "")
        if mode not in MODES:
            abort(400, "Choose one of the listed ways.")
        world.catcher.change(mode)
        return redirect("/faults", 303)

    @door.post("/variants")
    def variants() -> Response:
        try:
            for name, choice in request.form.items():
                world.variants.choose(name, choice)
        except UnknownVariant as wrong:
            abort(400, str(wrong))
        return redirect("/faults", 303)
