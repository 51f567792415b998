"""What the dashboard's buttons do; each answers 303 back to where it stands."""

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from sandbox import faults
from sandbox.clock import ClockFileError
from sandbox.current import world
from sandbox.dashboard.door import door
from sandbox.delivering import by_hand
from sandbox.mail.catcher import MODES
from sandbox.variants import UnknownVariant


@door.post("/clock")
def move_clock() -> Response:
    here = world()
    try:
        to = request.form.get("to", type=int)
        seconds = to - here.clock.now() if to else request.form.get("advance", 0, type=int)
        here.clock.move(max(0, seconds))
    except ClockFileError as wrong:
        abort(409, str(wrong))
    here.dispatcher.catch_up()
    return redirect("/", 303)


@door.post("/events/<event_id>/deliveries")
def send_again(event_id: str) -> Response:
    if by_hand.send_again(world(), event_id) is None:
        abort(404, "There is no such event.")
    return redirect(f"/events#{event_id}", 303)


@door.post("/faults")
def add_fault() -> Response:
    rule = {name: value for name, value in request.form.items() if value}
    delivery = rule.get("do") in faults.DELIVERY
    always, name = rule.pop("always", None), rule.pop("name", "*")
    rule |= {"where": "delivery", "event": name} if delivery else {"where": "request", "path": name}
    try:
        world().faults.add(rule | ({"times": None} if always else {}))
    except faults.BadFault as wrong:
        abort(400, str(wrong))
    return redirect("/faults", 303)


@door.post("/faults/<int:number>/removal")
def remove_fault(number: int) -> Response:
    world().faults.clear(number)
    return redirect("/faults", 303)


@door.post("/mailserver")
def change_mailserver() -> Response:
    mode = request.form.get("mode", "")
    if mode not in MODES:
        abort(400, "Choose one of the listed ways.")
    world().catcher.change(mode)
    return redirect("/faults", 303)


@door.post("/variants")
def choose_variants() -> Response:
    try:
        for name, choice in request.form.items():
            world().variants.choose(name, choice)
    except UnknownVariant as wrong:
        abort(400, str(wrong))
    return redirect("/faults", 303)
