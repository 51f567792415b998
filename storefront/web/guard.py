"""Refuses requests that another site made a visitor's browser send, before any view runs.

Browsers say where a request comes from: Sec-Fetch-Site first, where they send it; Origin second (old browsers, and
plain http away from this machine). With neither header there is no browser,
unless there is a cookie: then it is refused too.
"""

from flask import Flask, abort, request

from storefront.settings import Settings
from storefront.web.errors import Refusal
from storefront.web.uploads import is_wide

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
EXEMPT = frozenset({"/webhooks/stripe", "/csp-reports"})
"""Posted to by programs: the first proves itself by its signature, the second changes nothing."""


def _came_from_here(site_url: str) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return not request.cookies
    return origin in (site_url, f"{request.scheme}://{request.host}")


def init_guard(app: Flask, settings: Settings) -> None:
    """Guard every unsafe method of `app`, and the database from a character that PostgreSQL has no place for."""

    @app.before_request
    def refuse_nul() -> None:
        if "\0" in request.path or b"%00" in request.query_string:
            abort(404)

    @app.before_request
    def refuse_cross_site() -> None:
        no_view = request.url_rule is None
        if no_view or request.method in SAFE or request.path in EXEMPT or _came_from_here(settings.site_url):
            return
        raise Refusal(
            403,
            "That did not come from this shop",
            "Your browser says that another site sent this, so nothing was done. Open the page here and try again.",
            link=("To the shop", "/"),
        )

    @app.before_request
    def refuse_nul_in_forms() -> None:
        later = request.method in SAFE or request.path in EXEMPT or is_wide()
        sent = () if later else request.form.items(multi=True)
        if any("\0" in name + value for name, value in sent):
            abort(400)
