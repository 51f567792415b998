"""Any object as JSON, with what was told about it."""

import json

from flask import abort, render_template

from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import door
from sandbox.transaction import public


@door.get("/objects/<object_id>")
def thing(object_id: str) -> str:
    found = world().thing(object_id)
    if found is None:
        abort(404, "There is no object of this id. The sandbox may have been reset since.")
    events = [] if found["object"] == "event" else reading.events_about(world(), object_id)
    text = json.dumps(public(found), indent=2)
    return render_template("dashboard/object.html", id=object_id, kind=found["object"], text=text, events=events)
