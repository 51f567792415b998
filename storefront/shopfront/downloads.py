"""`/downloads/<token>`: a bought file. Mail programs open links by themselves, so only the button counts and hands it over."""

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from storefront.orders.download import DownloadLink
from storefront.orders.downloading import NotDownloadableError, grant, link_with, may_ask_again, ready, take
from storefront.orders.order import lock_order
from storefront.shopfront.door import blueprint
from storefront.shopfront.orders import order_of_buyer
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.errors import Refusal
from storefront.web.limits import limited
from storefront.work import wake


def link_of_buyer(token: str) -> DownloadLink:
    """The link of this token; any other is answered with 404."""
    link = link_with(session(), settings().secret_key, token)
    if link is None:
        abort(404)
    return link


@blueprint.get("/downloads/<token>")
@limited("60/minute")
def download(token: str) -> Response:
    """What it is, and the button."""
    link = link_of_buyer(token)
    try:
        file = ready(session(), link)
    except NotDownloadableError as error:
        raise _refusal(link, error) from error
    response = make_response(render_template("shopfront/download.html", link=link, file=file, token=token))
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.post("/downloads/<token>")
@limited("30/minute")
def take_download(token: str) -> Response:
    """The file. It is counted, and written down, before the first byte leaves."""
    link = link_of_buyer(token)
    try:
        file = take(session(), link, request.remote_addr or "", request.user_agent.string)
    except NotDownloadableError as error:
        raise _refusal(link, error) from error
    response = Response(file.content, content_type=file.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    session().commit()
    return response


@blueprint.post("/orders/<reference>/downloads")
@limited("6/hour")
def renew_downloads(reference: str) -> Response:
    """New links, on the order page and by mail. The ones before end."""
    order = lock_order(session(), order_of_buyer(reference).id)
    page = url_for("shopfront.order", reference=reference)
    if not may_ask_again(session(), order):
        words = "New links were made for this order several times already. Write to us, and we will help you."
        raise Refusal(409, "No new links by themselves any more", words, link=("Back to the order", page))
    grant(session(), order, "buyer")
    wake(session().connection())
    session().commit()
    return make_response(redirect(f"{page}#downloads", 303))


def _refusal(link: DownloadLink, error: NotDownloadableError) -> Refusal:
    page = url_for("shopfront.order", reference=link.line.order.reference)
    return Refusal(410, "This cannot be downloaded now", str(error), link=("To your order", page))
