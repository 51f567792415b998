"""The clock, and the test clocks: what they will bring, and buttons that go there."""

from typing import Any

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.clock import ClockFileError
from sandbox.current import world
from sandbox.dashboard.coming import clocks, coming
from sandbox.dashboard.door import done, door, found
from sandbox.paying import testclocks
from sandbox.resources import test_clocks
from sandbox.wire.routing import Call

_STEPS = (("36 minutes", 36 * 60), ("1 hour", 3600), ("1 day", 86400), ("7 days", 7 * 86400), ("31 days", 31 * 86400))


@door.get("/clock")
def clock() -> str:
    return _shown()


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
    return redirect("/clock", 303)


@door.post("/clock/<clock_id>")
def move_test_clock(clock_id: str) -> str | Response | tuple[str, int]:
    thing = found(testclocks.KIND, clock_id)
    to = request.form.get("to", type=int) or thing["frozen_time"] + request.form.get("advance", 0, type=int)
    params: Any = {"frozen_time": to}
    refusal = done(thing, lambda tx, _one: test_clocks.advance(Call(tx, params, {"id": clock_id})))
    if refusal:
        return _shown(refusal), 409
    world().dispatcher.catch_up()
    return redirect(f"/clock#{clock_id}", 303)


def _shown(refusal: str | None = None) -> str:
    here = world()
    return render_template(
        "dashboard/clock.html",
        offset=here.clock.offset(),
        steps=_STEPS,
        coming=coming(here),
        clocks=clocks(here),
        refusal=refusal,
    )
