"""`/backoffice/staff/members`: who may come in, and how much of it; for owners alone."""

import secrets
from typing import Any

from flask import abort, redirect, request

from storefront.backoffice.access import fresh, me
from storefront.backoffice.door import SIGN_IN, blueprint
from storefront.backoffice.own_sessions import HERE, show
from storefront.buyers.token import token
from storefront.outbox.letter import queue
from storefront.staff.invitation import invite_with
from storefront.staff.member import Member, MemberExistsError, is_address
from storefront.staff.role import WORDS, Role
from storefront.staff.team import LastOwnerError, change_role, hire, let_in_again, see_out
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.work import wake

LONGEST = 80
PURPOSE = "invitation"
LAST = "Somebody has to be able to let others in. Make another person who has signed in before an owner first, then do this again."


def member_of_owner(member_id: int) -> Member:
    """The member of this id, locked. 404 if there is none."""
    member = session().get(Member, member_id, with_for_update=True)
    if member is None:
        abort(404)
    return member


@blueprint.post("/staff/members")
@fresh
def add_colleague() -> Any:
    """Lets a person in; a letter brings the link by which they choose a password."""
    email, name = request.form.get("email", "").strip(), " ".join(request.form.get("name", "").split())
    if not is_address(email):
        return show("That is not an e-mail address.", 422)
    if not 0 < len(name) <= LONGEST:
        return show(f"A name has one to {LONGEST} characters: it stands in the timeline of orders.", 422)
    try:
        member = hire(session(), email, name, _role(), me().name)
    except MemberExistsError:
        session().rollback()
        return show(f"{email} has an account already: it is in the list.", 409)
    return _invite(member)


@blueprint.post("/staff/members/<int:member_id>/invitation")
@fresh
def invite_colleague(member_id: int) -> Any:
    """A new link by letter; who was seen out may come in again with it."""
    member = member_of_owner(member_id)
    let_in_again(session(), member, me().name)
    return _invite(member)


@blueprint.post("/staff/members/<int:member_id>/role")
@fresh
def set_role(member_id: int) -> Any:
    """Counts from the person's next click on."""
    member = member_of_owner(member_id)
    try:
        change_role(session(), member, _role(), me().name)
    except LastOwnerError as error:
        raise _last() from error
    session().commit()
    return redirect(f"{HERE}#team", 303)


@blueprint.post("/staff/members/<int:member_id>/end")
@fresh
def remove_colleague(member_id: int) -> Any:
    """Closes the account; whoever is signed in with it is out at once. What they did stays in the records."""
    member = member_of_owner(member_id)
    try:
        see_out(session(), member, me().name)
    except LastOwnerError as error:
        raise _last() from error
    session().commit()
    return redirect(f"{HERE}#team" if member_id != me().member_id else SIGN_IN, 303)


def _invite(member: Member) -> Any:
    """A letter with the link. It carries only a name that is worth nothing without its mark, so the database opens nothing."""
    name = secrets.token_hex(16)
    invite_with(member, token(settings().secret_key, PURPOSE, name))
    facts = {"name": member.name, "by": me().name, "may": WORDS[Role(member.role)]}
    queue(session(), "invitation", name, member.email, facts=facts)
    wake(session().connection())
    session().commit()
    return redirect(f"{HERE}?invited={member.id}#team", 303)


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        abort(400)


def _last() -> Refusal:
    session().rollback()
    return Refusal(409, "The last owner stays", f"Nothing was changed. {LAST}", link=("Back", HERE))
