"""What is held about the buyer who is signed in: to be taken along, or to be erased."""

import logging

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from storefront.buyers.buyer import plain
from storefront.db import reading_only
from storefront.privacy.erasing import InTheWayError, NothingHeldError, erase
from storefront.privacy.exporting import export
from storefront.privacy.held import Found
from storefront.privacy.naming import find
from storefront.privacy.obstacles import obstacles
from storefront.shopfront.account_access import COOKIE, HOME, me, signed_in
from storefront.shopfront.door import blueprint
from storefront.web import cookies
from storefront.web.current import settings
from storefront.web.database import engine, session
from storefront.web.errors import Refusal
from storefront.web.limits import limited
from storefront.work import wake

log = logging.getLogger(__name__)
NOT_FRESH = (
    "Whoever finds your device must not be able to do this, so it needs a link that was used in the last half hour."
    " Nothing was done. Ask for a new link and come back."
)


@blueprint.get("/account/data")
@limited("60/minute")
@signed_in
def own_data() -> str:
    """What there is, and what stands in the way of erasing it."""
    return _page()


@blueprint.get("/account/data.zip")
@limited("10/hour")
@signed_in
def own_export() -> Response:
    """Everything as one file."""
    _only_if_fresh()
    log.info("buyer %s took along what is held about them", me().buyer_id)
    return _as_file(export(session(), me().email, settings()))


@blueprint.post("/account/data/erasure")
@limited("10/hour")
@signed_in
def erase_own() -> Response:
    """Only with the address typed by hand. Afterwards nobody is signed in, because there is nobody."""
    _only_if_fresh()
    if plain(request.form.get("email", "")) != me().email:
        return make_response(_page("That is not your address, so nothing was erased. Type it as it stands above."), 422)
    found = _found()
    try:
        erase(session(), found, "the buyer")
    except (InTheWayError, NothingHeldError) as error:
        session().rollback()
        raise Refusal(
            409,
            "Not everything is settled yet",
            f"Nothing was erased. {error}",
            link=("Back", url_for("shopfront.own_data")),
        ) from error
    wake(session().connection())
    session().commit()
    response = make_response(redirect(url_for("shopfront.own_data_erased"), 303))
    cookies.forget(response, COOKIE)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/account/data/erased")
def own_data_erased() -> str:
    """That it is done; the same for everybody."""
    return render_template("shopfront/account/erased.html")


def _page(fault: str = "") -> str:
    found = _found()
    with reading_only(), Session(engine()) as reading:
        in_the_way = obstacles(reading, found)
    return render_template(
        "shopfront/account/data.html", me=me(), person=found.person, obstacles=in_the_way, fault=fault, fresh=me().fresh
    )


def _found() -> Found:
    """By a transaction of its own that makes nobody wait."""
    with reading_only(), Session(engine()) as reading:
        return find(reading, me().email)


def _only_if_fresh() -> None:
    if not me().fresh:
        raise Refusal(403, "Please sign in once more", NOT_FRESH, link=("To your account", HOME))


def _as_file(packed: bytes) -> Response:
    return Response(
        packed,
        mimetype="application/zip",
        headers={"Content-Disposition": 'attachment; filename="everything-about-me.zip"', "Cache-Control": "no-store"},
    )
