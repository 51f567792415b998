"""What a person sees when something cannot be done: what happened, and what to do next."""

import logging
from typing import cast

from flask import Flask, Response, render_template, request
from markupsafe import escape
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from storefront.web.database import database
from storefront.web.store import without_database

Link = tuple[str, str]
HOME: Link = ("To the shop", "/")

PAGES: dict[int, tuple[str, str]] = {
    400: (
        "That request made no sense to us",
        "Part of it was missing or garbled. Go back, reload the page and try again.",
    ),
    401: ("Please sign in", "This page is for the people who run the shop."),
    403: ("That is not allowed", "Nothing was done. If you followed a link, open the shop and go on from there."),
    404: (
        "There is nothing here",
        "The address may be mistyped, or the page has moved. Search the shop or look through its products.",
    ),
    405: ("That page cannot be used like this", "Open it by its link instead of sending something to it."),
    408: ("That took too long", "The connection was too slow and nothing was done. Please try again."),
    410: ("This is no longer here", "It has ended or was taken down for good."),
    413: (
        "That was too much at once",
        "What you sent is larger than the shop takes. Nothing was done. Send less and try again.",
    ),
    414: ("That address is too long", "Shorten what you search for and try again."),
    415: ("The shop cannot read that kind of file", "Nothing was done."),
    429: ("That was a little fast", "Too many tries came from your connection. Wait a moment, then try again."),
    500: ("Something broke on our side", "It is not your fault and it has been noted. Please try again in a moment."),
    503: ("The shop is resting for a moment", "Please try again in a minute."),
}

_PLAIN = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    '<body><main><h1>{title}</h1><p>{text}</p><p><a href="{href}">{label}</a></p></main></body></html>'
)


class Refusal(Exception):
    """Ends a request with a page that explains it.

    `link`: the label and address of the way on. `headers`: added to the answer.
    """

    def __init__(
        self, status: int, title: str, text: str, *, link: Link = HOME, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.text, self.link, self.headers = status, title, text, link, headers or {}


def for_machines() -> bool:
    """Whether a program asks, which a page would not help."""
    return request.path.startswith(
        ("/webhooks/", "/healthz", "/readyz", "/metrics", "/csp-reports", "/static/", "/media/")
    )


def page(status: int, title: str, text: str, link: Link = HOME) -> Response:
    """The error page. It needs neither the database nor, if worst comes to worst, a template."""
    if for_machines():
        return Response(f"{title}\n", status, mimetype="text/plain")
    label, href = link
    without_database()
    try:
        body = render_template("errors/refusal.html", status=status, title=title, text=text, label=label, href=href)
    except Exception:
        logging.getLogger(__name__).exception("The error page could not be rendered")
        body = _PLAIN.format(title=escape(title), text=escape(text), label=escape(label), href=escape(href))
    return Response(body, status, mimetype="text/html")


def _on_refusal(refusal: Refusal) -> Response:
    response = page(refusal.status, refusal.title, refusal.text, refusal.link)
    response.headers.update(refusal.headers)
    return response


def _on_http(error: HTTPException) -> Response:
    if error.response is not None:
        return cast("Response", error.response)
    status = error.code or 500
    title, text = PAGES.get(
        status, (HTTP_STATUS_CODES.get(status, "That did not work"), "Nothing was done. Please try again.")
    )
    link = (
        ("To the orders", "/backoffice/orders") if request.path.startswith("/backoffice/") and status == 404 else HOME
    )
    response = page(status, title, text, link)
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _on_crash(error: Exception) -> Response:
    logging.getLogger("storefront.crash").error("%s %s failed", request.method, request.path, exc_info=error)
    database.session.remove()
    if isinstance(error, OperationalError | InterfaceError):
        response = page(503, *PAGES[503])
        response.headers["Retry-After"] = "30"
        return response
    return page(500, *PAGES[500])


def init_errors(app: Flask) -> None:
    """Answer every error of `app` with a page of ours. In debug mode a crash still shows the debugger."""
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(HTTPException, _on_http)
    if not app.debug:
        app.register_error_handler(Exception, _on_crash)
