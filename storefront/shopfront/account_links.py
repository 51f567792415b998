"""Into the account by a link in a letter. Looking at a link changes nothing: mail scanners do that; its button does."""

from hashlib import sha256

from flask import Response, make_response, redirect, render_template, request, url_for

from storefront.buyers.buyer import plain
from storefront.buyers.sign_in_link import ask, use
from storefront.buyers.signed_in import end_session, open_session
from storefront.buyers.token import name_in
from storefront.shopfront.account_access import COOKIE, HOME, let_in
from storefront.shopfront.door import blueprint
from storefront.web import cookies
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.web.limits import count, limited
from storefront.work import wake

MOST = 254
PURPOSE = "sign-in"


@blueprint.post("/account/links")
@limited("10/hour")
def ask_for_link() -> Response:
    """Notes the address; whether anybody has bought with it is not looked up here, so the answer cannot tell."""
    email = plain(request.form.get("email", ""))
    name, at, domain = email.partition("@")
    if not (name and at and domain) or len(email) > MOST or any(sign.isspace() or sign in ",;<>" for sign in email):
        return make_response(render_template("shopfront/account/sign_in.html", email=email[:MOST], fault=True), 400)
    count("3/hour", "sign-in", sha256(email.encode()).hexdigest())
    ask(session(), email)
    wake(session().connection())
    session().commit()
    return make_response(redirect(url_for("shopfront.link_asked_for"), 303))


@blueprint.get("/account/links")
def link_asked_for() -> str:
    """What to do now; the same for everybody."""
    return render_template("shopfront/account/asked.html")


@blueprint.get("/account/links/<token>")
@limited("60/minute")
def link(token: str) -> str:
    """A button. Nothing is looked up, so every link looks the same here."""
    return render_template("shopfront/account/link.html", token=token)


@blueprint.post("/account/links/<token>")
@limited("30/minute")
def use_link(token: str) -> Response:
    """Signs in, once. Forged, used and ended links are one and the same to who brings them."""
    name = name_in(settings().secret_key, PURPOSE, token)
    buyer = use(session(), name) if name is not None else None
    if buyer is None:
        session().rollback()
        raise Refusal(
            410,
            "This link does not work any more",
            "A link works once, within ten minutes of your asking for it. Ask for a new one: it comes by e-mail at once.",
            link=("Ask for a new link", HOME),
        )
    old = cookies.read(request, COOKIE)
    if old is not None:
        end_session(session(), old)
    opened = open_session(session(), buyer, request.remote_addr or "", request.headers.get("User-Agent", ""))
    session().commit()
    return let_in(make_response(redirect(HOME, 303)), opened)
