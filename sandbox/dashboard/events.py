"""Events, each attempt to deliver them with its answer, and sending one again; the endpoints that hear them."""

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.current import world
from sandbox.dashboard import reading
from sandbox.dashboard.door import done, door, found
from sandbox.delivering import by_hand
from sandbox.resources import webhook_endpoints as api
from sandbox.transaction import Thing
from sandbox.wire.routing import Call


@door.get("/events")
def events() -> str:
    here = world()
    count = reading.limit(request.args.get("limit", type=int))
    wanted = request.args.get("type", "").strip()
    return render_template(
        "dashboard/events.html",
        events=reading.events(here, count, wanted),
        wanted=wanted,
        more=min(reading.MOST, count * 2),
        urls=_urls(),
    )


@door.post("/events/<event_id>/deliveries")
def send_again(event_id: str) -> Response:
    if by_hand.send_again(world(), event_id) is None:
        abort(404, "There is no such event.")
    return redirect(f"/events#{event_id}", 303)


@door.get("/webhooks")
def webhooks() -> str:
    here = world()
    endpoints = [(one, _fate(one["id"])) for one in reading.recent(here, "webhook_endpoint", reading.MOST)]
    return render_template("dashboard/webhooks.html", endpoints=endpoints)


@door.post("/webhooks/<endpoint_id>")
def switch_endpoint(endpoint_id: str) -> Response:
    """Disable or enable it, give it a new secret, or send now what waits."""
    endpoint, do = found("webhook_endpoint", endpoint_id), request.form.get("do")
    if do in ("disable", "enable"):
        done(endpoint, lambda tx, _one: api.update(Call(tx, {"disabled": do == "disable"}, {"id": endpoint_id})))
    elif do == "roll":
        done(endpoint, lambda tx, one: api.roll(tx, one, api.LONGEST_OVERLAP))
    elif do == "flush":
        by_hand.flush(world())
    else:
        abort(400, "Press one of the buttons.")
    return redirect("/webhooks", 303)


def _urls() -> dict[str, str]:
    return {one["id"]: one["url"] for one in reading.recent(world(), "webhook_endpoint", reading.MOST)}


def _fate(endpoint_id: str) -> Thing:
    """How many deliveries of an endpoint have arrived, wait or were given up, and how the last attempt went."""
    connection = world().store.connection()
    states = connection.execute(
        "SELECT state, count(*) FROM deliveries WHERE endpoint = ? GROUP BY state", (endpoint_id,)
    )
    counts = {row[0]: row[1] for row in states.fetchall()}
    last = connection.execute("SELECT * FROM attempts WHERE endpoint = ? ORDER BY id DESC LIMIT 1", (endpoint_id,))
    return {"last": last.fetchone()} | {name: counts.get(name, 0) for name in ("delivered", "pending", "failed")}
