"""A shop whose address is https is not met by plain http: reading is sent on, sending is refused."""

from flask import Flask, redirect, request
from werkzeug import Response

from storefront.settings import Settings
from storefront.web.errors import Refusal

PROBES = frozenset({"/healthz", "/readyz"})
"""Asked by machines beside the shop, which have no certificate."""


def init_scheme(app: Flask, settings: Settings) -> None:
    """Insist on https where SITE_URL has it."""
    if not settings.https:
        return

    @app.before_request
    def insist_on_https() -> Response | None:
        if request.scheme == "https" or request.path in PROBES:
            return None
        if request.method in ("GET", "HEAD"):
            return redirect(settings.site_url + request.full_path.removesuffix("?"), 308)
        raise Refusal(
            403,
            "This shop is only reached by https",
            "What you sent travelled unprotected, so nothing was done. Open the page at its secure address instead.",
            link=("To the shop", settings.site_url),
        )
