"""Payment links, at /l/<letters>: each visit begins a session; and the page that thanks whoever paid by one."""

from flask import abort, redirect, render_template
from werkzeug.wrappers import Response

from sandbox.current import world
from sandbox.hosted.door import door
from sandbox.resources import payment_links
from sandbox.transaction import Thing, Transaction


def _link(tx: Transaction, letters: str) -> Thing | None:
    return next(iter(tx.all("payment_link", url=f"{tx.site}/l/{letters}")), None)


def _livemode(letters: str) -> bool:
    """The mode that a link belongs to."""
    for livemode in (False, True):
        with world().reading(livemode) as tx:
            if _link(tx, letters) is not None:
                return livemode
    return abort(404, "There is no such link. The address may be incomplete, or the sandbox has been reset since.")


@door.get("/l/<letters>")
def visit(letters: str) -> Response:
    with world().writing(_livemode(letters)) as tx:
        link = _link(tx, letters) or {}
        if not link["active"]:
            abort(404, link["inactive_message"] or "This link is no longer active. Ask the shop for another one.")
        return redirect(payment_links.begun(tx, link)["url"], 303)


@door.get("/l/<letters>/thanks")
def thanks(letters: str) -> str:
    with world().reading(_livemode(letters)) as tx:
        link = _link(tx, letters) or {}
    message = (link["after_completion"].get("hosted_confirmation") or {}).get("custom_message")
    return render_template("hosted/thanks.html", message=message)
