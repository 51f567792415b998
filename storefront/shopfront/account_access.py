"""Which buyer asks: the cookie names a row, and only the row says whose it is."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, abort, g, redirect, request
from sqlalchemy import update
from sqlalchemy.orm import Session

from storefront.buyers.signed_in import FRESH, LONGEST, SEEN_EVERY, BuyerSession, live_session
from storefront.buyers.token import mark
from storefront.clock import now
from storefront.db import reading_only
from storefront.web import cookies
from storefront.web.current import settings
from storefront.web.database import engine
from storefront.web.errors import Refusal
from storefront.web.guard import SAFE

View = TypeVar("View", bound=Callable[..., Any])
COOKIE = "account"
HOME = "/account"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A buyer who has proved to read mail at `email`. `since`: when."""

    buyer_id: int
    session_id: int
    email: str
    name: str
    since: datetime
    seen_at: datetime
    token: str = field(repr=False)

    @property
    def form_token(self) -> str:
        """What each form of this session carries."""
        return mark(settings().secret_key, "account-form", self.token)

    @property
    def fresh(self) -> bool:
        """Whether the link was used in the last half hour."""
        return now() - self.since < FRESH


def visitor() -> Visitor | None:
    """Who asks, if signed in; read by a transaction of its own, so to be called before the view's begins."""
    token = cookies.read(request, COOKIE)
    if token is None:
        return None
    with reading_only(), Session(engine()) as session:
        row = live_session(session, token)
        if row is None:
            return None
        buyer = row.buyer
        return Visitor(buyer.id, row.id, buyer.email, buyer.name, row.created_at, row.seen_at, token)


def me() -> Visitor:
    """Who asks. Only in views that are `signed_in`."""
    return cast("Visitor", g.visitor)


def signed_in(view: View) -> View:
    """Let only signed-in buyers pass, and of what they send only forms that were made for their session."""

    @wraps(view)
    def closed(*args: Any, **kwargs: Any) -> Any:
        found = visitor()
        if found is None:
            raise _stranger()
        if request.method not in SAFE:
            _check_form(found)
        _seen(found)
        g.visitor = found
        return view(*args, **kwargs)

    return cast("View", closed)


def let_in(response: Response, token: str) -> Response:
    """Give this browser the session of `token`."""
    cookies.write(response, COOKIE, token, int(LONGEST.total_seconds()))
    return response


def _stranger() -> Refusal:
    if request.method in SAFE:
        abort(redirect(HOME, 303))
    return Refusal(
        401, "You are not signed in any more", "Nothing was done. Sign in, then try again.", link=("Sign in", HOME)
    )


def _check_form(found: Visitor) -> None:
    given = request.form.get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), found.form_token.encode()):
        raise Refusal(
            400,
            "That page was open for too long",
            "Nothing was done. Load the page again and repeat what you wanted to do.",
            link=("To your account", HOME),
        )


def _seen(found: Visitor) -> None:
    if now() - found.seen_at > SEEN_EVERY:
        with engine().begin() as connection:
            connection.execute(update(BuyerSession).where(BuyerSession.id == found.session_id).values(seen_at=now()))
