"""`/backoffice/session`: signing in with a password, then a code where there is a second factor, and signing out."""

from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request
from flask import session as cookie
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response

from storefront.backoffice.access import me, open_to_anybody, sign_in, without_second_factor
from storefront.backoffice.door import HOME, SIGN_IN, blueprint
from storefront.clock import now
from storefront.staff import password as passwords
from storefront.staff.member import Member, member_with
from storefront.staff.second_factor import use_code
from storefront.staff.signed_in import confirm_session, end_session, fingerprint, open_session
from storefront.web.address import local
from storefront.web.database import session
from storefront.web.limits import client, count, forget

WRONG = "That address and password do not belong together. Check both and try again."
CODE_WITHIN = timedelta(minutes=5)


def _next() -> str:
    return local(request.values.get("next", ""), HOME)


HERE, ANYWHERE, ANYBODY = "10 per 10 minutes", "100/hour", "300/hour"
"""Tries for one account from one address, for one account from all addresses, and from one address for all accounts."""


def _account(email: str) -> str:
    return fingerprint(email.strip().lower())


def count_try(email: str) -> None:
    """Raises Refusal (429) when this is one too many."""
    count(HERE, "sign-in", _account(email), client())
    count(ANYWHERE, "sign-in", _account(email))
    count(ANYBODY, "sign-in", client())


def forget_tries(email: str) -> None:
    """The right password ends the counting for this account."""
    forget(HERE, "sign-in", _account(email), client())
    forget(ANYWHERE, "sign-in", _account(email))


def _known(email: str, password: str) -> int | None:
    """The member's id if all is right. No transaction is open while the password is checked."""
    member = member_with(session(), email)
    found = (member.id, member.password_hash) if member is not None and member.active else (None, "")
    session().rollback()
    return found[0] if passwords.fits(found[1], password) else None


@blueprint.get("/session")
@open_to_anybody
def session_form() -> Any:
    """The form to sign in."""
    if current_user.is_authenticated:
        return redirect(_next(), 303)
    return render_template("backoffice/session/form.html", next=_next(), email="", fault="")


@blueprint.post("/session")
@open_to_anybody
def begin_session() -> Any:
    """The same answer and the same work whether the address or the password was wrong."""
    email = request.form.get("email", "")[:254]
    count_try(email)
    member_id = _known(email, request.form.get("password", ""))
    if member_id is None:
        return render_template("backoffice/session/form.html", next=_next(), email=email, fault=WRONG), 422
    forget_tries(email)
    member = session().get_one(Member, member_id)
    if member.totp_secret:
        cookie.clear()
        cookie["waiting"] = {"member": member_id, "until": (now() + CODE_WITHIN).timestamp(), "next": _next()}
        return redirect(f"{SIGN_IN}/code", 303)
    return _begin(session(), member, _next())


def _begin(database: Session, member: Member, onwards: str) -> Response:
    token = open_session(database, member, request.remote_addr or "", request.user_agent.string)
    database.commit()
    sign_in(token)
    return redirect(onwards, 303)


def _waiting() -> dict[str, Any] | None:
    waiting: dict[str, Any] | None = cookie.get("waiting")
    return waiting if waiting and waiting["until"] > now().timestamp() else None


@blueprint.get("/session/code")
@open_to_anybody
def code_form() -> Any:
    """Asks for the code of the authenticator app."""
    if _waiting() is None:
        return redirect(SIGN_IN, 303)
    return render_template("backoffice/session/code.html", fault="")


@blueprint.post("/session/code")
@open_to_anybody
def give_code() -> Any:
    """A code counts once, and only soon after the password."""
    waiting = _waiting()
    if waiting is None:
        return redirect(SIGN_IN, 303)
    count("5 per 5 minutes", "code", str(waiting["member"]))
    member = session().get(Member, waiting["member"])
    if member is None or not member.active or not use_code(session(), member.id, request.form.get("code", "")[:60]):
        session().rollback()
        fault = "That code is not right, or was used before. Wait for the next one and type it."
        return render_template("backoffice/session/code.html", fault=fault), 422
    return _begin(session(), member, local(waiting["next"], HOME))


@blueprint.post("/session/end")
@without_second_factor
def end_own_session() -> Any:
    """Sign out."""
    end_session(session(), me().member_id, me().session_id)
    session().commit()
    cookie.clear()
    return redirect(SIGN_IN, 303)


@blueprint.get("/session/confirmation")
@without_second_factor
def confirmation_form() -> Any:
    """Asks for the password again."""
    return render_template("backoffice/session/confirmation.html", next=_next(), fault="")


@blueprint.post("/session/confirmation")
@without_second_factor
def confirm() -> Any:
    """For the next ten minutes money may be moved."""
    count_try(me().email)
    if _known(me().email, request.form.get("password", "")) != me().member_id:
        return render_template(
            "backoffice/session/confirmation.html", next=_next(), fault="That is not your password."
        ), 422
    forget_tries(me().email)
    confirm_session(session(), me().session_id)
    session().commit()
    return redirect(_next(), 303)
