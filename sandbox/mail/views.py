"""The mailbox page; a letter's HTML is shown in a frame that can run, load and open nothing."""

import re
from html import unescape

from flask import Blueprint, Response, abort, make_response, render_template

from sandbox.current import world
from sandbox.mail import letters

_LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")

door = Blueprint("mail", __name__)


@door.get("/mailbox")
def mailbox() -> str:
    return render_template("mail/mailbox.html", letters=letters.all_letters(world().store)[::-1])


@door.get("/mailbox/<int:number>")
def letter(number: int) -> str:
    found = letters.letter(world().store, number)
    if found is None:
        abort(404, "There is no such letter.")
    links = dict.fromkeys(_LINK.findall(unescape((found["text"] or "") + " " + (found["html"] or ""))))
    return render_template("mail/letter.html", letter=found, links=list(links))


@door.get("/mailbox/<int:number>/html")
def html(number: int) -> Response:
    found = letters.letter(world().store, number)
    if found is None or found["html"] is None:
        abort(404, "There is no such letter.")
    response = make_response(found["html"])
    response.headers["Content-Security-Policy"] = _LETTER_POLICY
    return response
