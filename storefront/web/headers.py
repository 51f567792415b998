"""The headers of every answer: one table of policies, chosen by the path.

The policy starts from `default-src 'none'` and allows no inline script or style and no other site. `form-action` names
the payment pages because browsers enforce it on the redirect after a form post as well.
"""

import re
from dataclasses import dataclass

from flask import Flask, Response, request

from storefront.settings import Settings

CATALOGUE = "public, max-age=0, must-revalidate"
FOREVER = "public, max-age=31536000, immutable"
PRIVATE = "no-store"


@dataclass(frozen=True, slots=True)
class Policy:
    """`path`: what it is for. `cache`: unless the view says otherwise. `resource`: who may embed it.

    `page`: may show a page of ours.
    """

    path: re.Pattern[str]
    cache: str
    referrer: str = "strict-origin-when-cross-origin"
    resource: str = "same-origin"
    page: bool = True


POLICIES = (
    Policy(re.compile(r"/|/(products|collections|search|pages)(/.*)?"), CATALOGUE),
    Policy(re.compile(r"/(robots\.txt|sitemap\.xml|feeds/.*|\.well-known/.*)"), CATALOGUE),
    Policy(re.compile(r"/static/.*"), PRIVATE, page=False),
    Policy(re.compile(r"/media/.*"), FOREVER, resource="cross-origin", page=False),  # letters show these pictures
    Policy(
        re.compile(r"/(orders|pay|downloads|account|portal)(/.*)?|/backoffice/invitations/.*"),
        PRIVATE,
        referrer="same-origin",
    ),
    Policy(re.compile(r".*", re.DOTALL), PRIVATE),
)

_FEATURES = """
    accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation gyroscope magnetometer
    microphone midi payment picture-in-picture screen-wake-lock usb xr-spatial-tracking
"""
PERMISSIONS = ", ".join(f"{feature}=()" for feature in _FEATURES.split())
FILE_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none';"
    " sandbox"
)
"""For pictures and other files: opened by themselves they may do nothing. SVG carries its own styles."""


def page_csp(settings: Settings) -> str:
    """The content security policy of pages."""
    directives = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action " + " ".join(("'self'", *settings.payment_page_origins)),
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "report-uri /csp-reports",
        "report-to csp",
    ]
    return "; ".join(directives)


def policy_of(path: str) -> Policy:
    """The first policy of the table that fits."""
    return next(policy for policy in POLICIES if policy.path.fullmatch(path))


def fixed(settings: Settings, policy: Policy) -> dict[str, str]:
    """The headers of every answer under `policy`, but Cache-Control."""
    headers = {
        "Content-Security-Policy": page_csp(settings) if policy.page else FILE_CSP,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": policy.referrer,
        "Cross-Origin-Resource-Policy": policy.resource,
    }
    if policy.page:
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        headers["Permissions-Policy"] = PERMISSIONS
        headers["Reporting-Endpoints"] = f'csp="{settings.site_url}/csp-reports"'
    if settings.https:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


def init_headers(app: Flask, settings: Settings) -> None:
    """Put the table's headers on every answer of `app`."""
    ready = {policy: fixed(settings, policy) for policy in POLICIES}

    @app.after_request
    def add_headers(response: Response) -> Response:
        policy = policy_of(request.path)
        response.headers.update(ready[policy])
        if "Set-Cookie" in response.headers or response.status_code >= 400:
            response.headers["Cache-Control"] = PRIVATE
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = policy.cache
        return response
