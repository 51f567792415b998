"""`/backoffice/events/examinations`: somebody wants to know whether Stripe's events arrive, and what keeps them away."""

from typing import Any

from flask import redirect, render_template

from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.reports import examination
from storefront.web.database import session
from storefront.work import wake

HERE = "/backoffice/events/examinations"


@blueprint.get("/events/examinations")
def examinations() -> Any:
    """What the last one found."""
    return render_template("backoffice/events/examinations.html", examination=examination.newest(session()))


@blueprint.post("/events/examinations")
def ask_for_examination() -> Any:
    """The cashier examines key, clock, endpoint and secret, and sends a signed event to the shop's public address."""
    examination.ask(session(), me().name)
    wake(session().connection())
    session().commit()
    return redirect(HERE, 303)
