"""Letters as JSON, and how the mail server behaves."""

import json

from flask import jsonify, request

from sandbox.control.door import Reply, body, door, wrong
from sandbox.current import world
from sandbox.mail import letters
from sandbox.mail.catcher import MODES


@door.get("/mails")
def listed_mails() -> Reply:
    """All, or with ?to= and ?from= those whose envelope has these addresses."""
    to, sender = request.args.get("to", ""), request.args.get("from", "")
    return jsonify(letters.all_letters(world().store, to, sender))


@door.delete("/mails")
def empty() -> Reply:
    with world().store.writing() as connection:
        connection.execute("DELETE FROM mails")
    return listed_mails()


@door.get("/mailserver")
def mode() -> Reply:
    return jsonify(mode=world().catcher.mode)


@door.post("/mailserver")
def change() -> Reply:
    """{"mode": "ok" | "451" | "550" | "down" | "cut_after_data"}."""
    wanted = str(body().get("mode"))
    if wanted not in MODES:
        return wrong(f"mode must be one of {', '.join(MODES)}, not {json.dumps(wanted)}.")
    world().catcher.change(wanted)
    return mode()
