"""`/backoffice/staff/second-factor`: setting up an authenticator app, and recovery codes."""

import io
from typing import Any

import segno
from flask import redirect, render_template, request
from flask import session as cookie

from storefront.backoffice.access import fresh, me, without_second_factor
from storefront.backoffice.door import blueprint
from storefront.staff import second_factor
from storefront.staff.signed_in import end_sessions
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.web.limits import count
from storefront.web.store import store


class Drawing(str):
    """SVG drawn here, of nothing but squares: the template shows it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def _drawn(address: str) -> Drawing:
    out = io.BytesIO()
    segno.make(address, micro=False).save(
        out, kind="svg", scale=6, omitsize=True, xmldecl=False, svgns=False, title="QR code for your authenticator app"
    )
    return Drawing(out.getvalue().decode())


def _form(fault: str, status: int = 200) -> Any:
    secret = cookie.setdefault("new_secret", second_factor.new_secret())
    address = second_factor.address_of(secret, me().email, store().name)
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render_template(
        "backoffice/staff/second_factor.html", me=me(), picture=_drawn(address), secret=groups, fault=fault
    ), status


@blueprint.get("/staff/second-factor")
@without_second_factor
@fresh
def second_factor_form() -> Any:
    """A secret that counts only once a code proves that an app has it."""
    return _form("")


@blueprint.post("/staff/second-factor")
@without_second_factor
@fresh
def set_second_factor() -> Any:
    """Shows the recovery codes, this once. Other sessions, which had no second factor, end."""
    count("10 per 10 minutes", "enrol", str(me().member_id))
    secret = cookie.get("new_secret", "")
    step = second_factor.step_of(secret, request.form.get("code", "")[:20]) if secret else None
    if step is None:
        return _form(
            "That code is not right. Check that the app's clock is right, wait for the next code and type it.", 422
        )
    codes = second_factor.enrol(session(), me().member_id, secret, step)
    end_sessions(session(), me().member_id, but=me().session_id)
    session().commit()
    cookie.pop("new_secret")
    return render_template("backoffice/staff/recovery_codes.html", codes=codes)


@blueprint.post("/staff/second-factor/end")
@fresh
def end_second_factor() -> Any:
    """Off again, where no live money is at stake."""
    if settings().livemode:
        raise Refusal(
            403,
            "Live payments need a second factor",
            "Set up another app instead; it replaces the old one.",
            link=("Back", "/backoffice/staff"),
        )
    second_factor.remove(session(), me().member_id)
    session().commit()
    return redirect("/backoffice/staff", 303)
