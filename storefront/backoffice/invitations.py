"""`/backoffice/invitations/<token>`: a new member, or one who forgot, sets a password."""

from typing import Any

from flask import redirect, render_template, request

from storefront.backoffice.access import open_to_anybody
from storefront.backoffice.door import SIGN_IN, blueprint
from storefront.staff import password as passwords
from storefront.staff.invitation import invited, set_password
from storefront.staff.member import Member
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.web.limits import limited

GONE = "Each link works once and for 24 hours. Ask for a new one: flask staff invite."


def member_of_invitation(token: str) -> Member:
    """Raises Refusal (410) for a token that is used, old or made up."""
    member = invited(session(), token)
    if member is None:
        raise Refusal(410, "This link does not work any more", GONE, link=("Sign in", SIGN_IN))
    return member


@blueprint.get("/invitations/<token>")
@open_to_anybody
@limited("60/hour")
def invitation(token: str) -> Any:
    """Opening the link uses nothing up: mail programs open links too."""
    member = member_of_invitation(token)
    return render_template("backoffice/session/invitation.html", token=token, member=member, fault="")


@blueprint.post("/invitations/<token>")
@open_to_anybody
@limited("60/hour")
def accept(token: str) -> Any:
    """Sets the password, which ends the link."""
    member = member_of_invitation(token)
    chosen = request.form.get("password", "")
    fault = passwords.weakness(chosen, member.name, member.email)
    if not fault and chosen != request.form.get("again", ""):
        fault = "The two do not match. Type the password again."
    if fault:
        return render_template("backoffice/session/invitation.html", token=token, member=member, fault=fault), 422
    set_password(session(), member, passwords.hashed(chosen))
    session().commit()
    return redirect(SIGN_IN, 303)
