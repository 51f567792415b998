"""The mailbox page; a letter's HTML is shown in a frame that can run, load and open nothing."""

from flask import Blueprint, Response, abort, make_response, render_template

from sandbox.mail import letters
from sandbox.world import World

_LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def blueprint(world: World) -> Blueprint:
    door = Blueprint("mail", __name__)

    @door.get("/mailbox")
    def mailbox() -> str:
        return render_template("mail/mailbox.html", letters=letters.all_letters(world.store)[::-1])

    @door.get("/mailbox/<int:number>")
    def letter(number: int) -> str:
        found = letters.letter(world.store, number)
        if found is None:
            abort(404)
        return render_template("mail/letter.html", letter=found)

    @door.get("/mailbox/<int:number>/html")
    def html(number: int) -> Response:
        found = letters.letter(world.store, number)
        if found is None or found["html"] is None:
            abort(404)
        response = make_response(found["html"])
        response.headers["Content-Security-Policy"] = _LETTER_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return door
