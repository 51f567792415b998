"""`/backoffice/buyers`: what is held about a buyer, to be handed out to them, or erased at their wish."""

import logging
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.backoffice.access import fresh, me
from storefront.backoffice.door import blueprint
from storefront.buyers.buyer import Buyer, buyer_of, known_buyer, plain
from storefront.db import reading_only
from storefront.orders.order import Order
from storefront.privacy.erasing import InTheWayError, NothingHeldError, erase
from storefront.privacy.erasure import erasures
from storefront.privacy.exporting import export, holds_anything
from storefront.privacy.held import Found
from storefront.privacy.naming import find
from storefront.privacy.obstacles import obstacles
from storefront.web.current import settings
from storefront.web.database import engine, session
from storefront.web.errors import Refusal
from storefront.work import wake

HERE = "/backoffice/buyers"
MOST = 50
log = logging.getLogger(__name__)


def buyer_of_merchant(reference: str) -> Buyer:
    """The buyer of this reference. 404 if there is none."""
    buyer = session().scalar(select(Buyer).where(Buyer.reference == reference))
    if buyer is None:
        abort(404)
    return buyer


@blueprint.get("/buyers")
def buyers() -> Any:
    """A form for an address, and the erasures so far."""
    return render_template("backoffice/buyers/list.html", erasures=erasures(session()), fault="", email="")


@blueprint.post("/buyers")
def find_buyer() -> Any:
    """Leads to the buyer with this address. It goes in a form so that it stands in no log."""
    email = plain(request.form.get("email", ""))
    if not email or not holds_anything(session(), email):
        fault = "Nothing is held about this address."
        page = render_template("backoffice/buyers/list.html", erasures=erasures(session()), fault=fault, email=email)
        return page, 404
    buyer = known_buyer(session(), email) or buyer_of(session(), email)
    session().commit()
    # nosemgrep: open-redirect - the reference is ours; nothing that was typed is in it
    return redirect(url_for("backoffice.buyer", reference=buyer.reference), 303)


@blueprint.get("/buyers/<reference>")
def buyer(reference: str) -> Any:
    """What is held, and what stands in the way of erasing it."""
    return _show(buyer_of_merchant(reference))


@blueprint.get("/buyers/<reference>/data.zip")
@fresh
def export_buyer(reference: str) -> Response:
    """Everything as one file."""
    buyer = buyer_of_merchant(reference)
    log.info("%s took out what is held about buyer %s", me().name, buyer.reference)
    return Response(
        export(session(), buyer.email, settings()),
        mimetype="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="buyer-{buyer.reference}.zip"',
            "Cache-Control": "no-store",
        },
    )


@blueprint.post("/buyers/<reference>/erasure")
@fresh
def erase_buyer(reference: str) -> Any:
    """Only with the address typed by hand."""
    buyer = buyer_of_merchant(reference)
    if plain(request.form.get("email", "")) != buyer.email:
        return _show(buyer, "That is not the buyer's address, so nothing was erased."), 422
    email = buyer.email
    session().rollback()
    found = _found(email)
    try:
        erasure = erase(session(), found, me().name)
    except (InTheWayError, NothingHeldError) as error:
        session().rollback()
        raise Refusal(
            409, "Not everything is settled yet", f"Nothing was erased. {error}", link=("Back", f"{HERE}/{reference}")
        ) from error
    done = erasure.reference
    wake(session().connection())
    session().commit()
    return redirect(f"{HERE}?erased={done}", 303)


def _show(buyer: Buyer, fault: str = "") -> str:
    found = _found(buyer.email)
    with reading_only(), Session(engine()) as reading:
        in_the_way = obstacles(reading, found)
    newest = select(Order).where(Order.id.in_(found.person.orders)).order_by(Order.id.desc()).limit(MOST)
    return render_template(
        "backoffice/buyers/buyer.html",
        buyer=buyer,
        person=found.person,
        orders=list(session().scalars(newest)),
        obstacles=in_the_way,
        fault=fault,
    )


def _found(email: str) -> Found:
    """By a transaction of its own that makes nobody wait."""
    with reading_only(), Session(engine()) as reading:
        return find(reading, email)
