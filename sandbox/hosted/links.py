"""Payment links, at /l/<letters>: each visit begins a session; and the page that thanks whoever paid by one."""

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox import money
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
    """What was bought, where the address names the session; who only knows the link is thanked all the same."""
    with world().reading(_livemode(letters)) as tx:
        link = _link(tx, letters) or {}
        session = tx.find(request.args.get("session"))
        mine = session is not None and session.get("payment_link") == link["id"] and session["status"] == "complete"
        paper = _paper(tx, session) if session is not None and mine else None
    message = (link["after_completion"].get("hosted_confirmation") or {}).get("custom_message")
    heading, words = _thanks(session if mine else None)
    return render_template(
        "hosted/thanks.html",
        heading=heading,
        message=message,
        words=words,
        session=session if mine else None,
        paper=paper,
        said=lambda amount: money.said(amount, session["currency"] if session else ""),
    )


def _thanks(session: Thing | None) -> tuple[str, str]:
    """(heading, what has happened and what follows)."""
    if session is None:
        return "Thank you", "The shop hears of what you have bought and writes to you."
    if session["mode"] == "subscription":
        return "Thank you for subscribing", "The shop has been told that you have subscribed."
    if session["payment_status"] == "unpaid":
        return "Thank you for your order", "The money is not there yet. The shop is told as soon as it has come."
    return "Thank you for your payment", "The shop has been told that you have paid."


def _paper(tx: Transaction, session: Thing) -> str | None:
    """Where the invoice or the receipt can be read, if there is one yet."""
    invoice, intent = tx.find(session["invoice"]), tx.find(session["payment_intent"])
    charge = tx.find(intent["latest_charge"]) if intent else None
    found = (invoice and invoice["hosted_invoice_url"]) or (charge and charge["receipt_url"])
    return str(found) if found else None
