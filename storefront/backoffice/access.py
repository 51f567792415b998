"""Who is signed in, and what that allows. Every view of this door is closed unless it is marked as open."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, redirect, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug import Response

from storefront.backoffice.door import HOME, SIGN_IN, blueprint
from storefront.backoffice.rights import may, needed
from storefront.clock import now
from storefront.db import reading_only
from storefront.settings import Settings
from storefront.staff.signed_in import FRESH, SEEN_EVERY, StaffSession, live_session
from storefront.web.address import local
from storefront.web.current import settings
from storefront.web.database import engine
from storefront.web.errors import Refusal, page
from storefront.web.uploads import widen

View = TypeVar("View", bound=Callable[..., Any])
SECOND_FACTOR = "/backoffice/staff/second-factor"
CONFIRMATION = "/backoffice/session/confirmation"

csrf = CSRFProtect()
manager = LoginManager()
manager.session_protection = None  # the row is the session; a phone that changes its network stays signed in


@dataclass(frozen=True, slots=True, eq=False)
class Signed(UserMixin):
    """A member and the session that this request came with."""

    token: str = field(repr=False)
    session_id: int
    member_id: int
    name: str
    email: str
    confirmed_at: datetime
    seen_at: datetime
    has_second_factor: bool
    role: str

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token

    @property
    def fresh(self) -> bool:
        """Whether the password was given in the last ten minutes."""
        return now() - self.confirmed_at < FRESH


def signed(row: StaffSession, token: str) -> Signed:
    """The row as views see it."""
    member = row.member
    return Signed(
        token,
        row.id,
        member.id,
        member.name,
        member.email,
        row.confirmed_at,
        row.seen_at,
        bool(member.totp_secret),
        member.role,
    )


@manager.user_loader
def load(token: str) -> Signed | None:
    """By a transaction of its own, so that views decide alone when theirs begins."""
    with reading_only(), Session(engine()) as session:
        row = live_session(session, token)
        return signed(row, token) if row is not None else None


def me() -> Signed:
    """Who asks. Only for views that are not open."""
    return cast("Signed", current_user._get_current_object())  # noqa: SLF001 - the proxy's documented way


def sign_in(token: str) -> None:
    """Give this browser a new cookie for the session of `token`; what the old one held is gone."""
    cookie.clear()
    someone = load(token)
    if someone is None or not login_user(someone):
        raise Refusal(401, "You are not signed in", "The account was closed a moment ago.", link=("Sign in", SIGN_IN))


def open_to_anybody(view: View) -> View:
    """Mark a view that people who are not signed in may see."""
    view.open_to_anybody = True  # type: ignore[attr-defined]
    return view


def without_second_factor(view: View) -> View:
    """Mark a view that may be used before the second factor, which live money demands, is set up."""
    view.without_second_factor = True  # type: ignore[attr-defined]
    return view


def fresh(view: View) -> View:
    """Ask for the password again unless it was given in the last ten minutes; for what moves money or gives rights."""

    @wraps(view)
    def confirmed(*args: Any, **kwargs: Any) -> Any:
        if me().fresh:
            return view(*args, **kwargs)
        came_from = urlsplit(request.referrer or "").path if request.method != "GET" else request.path
        return redirect(f"{CONFIRMATION}?next={quote(local(came_from, HOME))}", 303)

    return cast("View", confirmed)


@blueprint.before_request
def close_door() -> Response | None:
    """Nobody passes without a session; with live money, nobody without a second factor."""
    view = current_app.view_functions[request.endpoint or ""]
    if hasattr(view, "open_to_anybody"):
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if settings().livemode and not me().has_second_factor and not hasattr(view, "without_second_factor"):
        return redirect(SECOND_FACTOR, 303)
    name = (request.endpoint or "").partition(".")[2]
    if not may(me().role, name):
        return _not_yours(needed(name))
    if now() - me().seen_at > SEEN_EVERY:
        with engine().begin() as connection:
            connection.execute(update(StaffSession).where(StaffSession.id == me().session_id).values(seen_at=now()))
    return None


@blueprint.before_request
def check_form() -> None:
    """A form of this door carries a token of the cookie it was made for."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        widen()
        csrf.protect()


def _not_yours(role: str) -> Response:
    text = f"Nothing was done. Your role is {me().role}, and this needs the role {role}. Ask an owner of the shop, who can change that."
    return page(403, "This is not for your account", text, ("To the back office", HOME))


def _to_sign_in() -> Response:
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.removesuffix("?")
        return redirect(f"{SIGN_IN}?next={quote(wanted)}" if wanted != HOME else SIGN_IN, 303)
    return page(
        401, "You are not signed in any more", "Nothing was done. Sign in, then try again.", ("Sign in", SIGN_IN)
    )


def _on_stale_form(_error: CSRFError) -> Response:
    title = "That page was open for too long"
    return page(
        400,
        title,
        "Nothing was done. Load the page again and repeat what you wanted to do.",
        ("To the back office", HOME),
    )


def init_access(app: Flask, _settings: Settings) -> None:
    """Tokens live as long as the cookie, and are asked for where a view is about to run.

    `once()`, for templates: a key for a form that counts once. `may(view)`: whether who asks may open it.
    """
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    csrf.init_app(app)
    manager.init_app(app)
    app.register_error_handler(CSRFError, _on_stale_form)
    app.jinja_env.globals["may"] = lambda view: may(me().role, view)
    app.jinja_env.globals["once"] = lambda: secrets.token_urlsafe(12)
