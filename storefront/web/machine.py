"""What programs ask of a shop: is it alive, is it ready, what did a browser block, whom to tell about a hole in it."""

import hmac
import json
import logging
from datetime import timedelta

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storefront import clock
from storefront.web.address import absolute
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.limits import limited
from storefront.web.store import store

blueprint = Blueprint("machine", __name__)
log = logging.getLogger(__name__)
MOST_REPORT = 8 * 1024
TOLD = (
    "effective-directive",
    "effectiveDirective",
    "violated-directive",
    "blocked-uri",
    "blockedURL",
    "document-uri",
    "documentURL",
)


def _plain(body: str, status: int = 200) -> Response:
    return Response(body, status, mimetype="text/plain")


def knows_token() -> bool:
    """Whether the asker proved to be the operator's monitoring."""
    wanted = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; it asks nothing else."""
    return _plain("alive\n")


def _checks() -> dict[str, bool]:
    try:
        revision = session().scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        log.exception("The database does not answer")
        return {"database": False, "migrated": False}
    return {"database": True, "migrated": revision is not None}


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether traffic may come: 200 or 503. With the metrics token, which part is not ready."""
    checks = _checks()
    status = 200 if all(checks.values()) else 503
    if knows_token():
        response: Response = jsonify(checks)
        response.status_code = status
        return response
    return _plain("ready\n" if status == 200 else "not ready\n", status)


@blueprint.post("/csp-reports")
@limited("60/minute")
def csp_reports() -> Response:
    """Notes which rule a browser enforced; of addresses only what comes before a `?`."""
    if (request.content_length or 0) <= MOST_REPORT:
        try:
            sent = json.loads(request.get_data())
        except (ValueError, RecursionError):
            sent = None
        for report in sent[:5] if isinstance(sent, list) else [sent]:
            body = (report.get("csp-report") or report.get("body")) if isinstance(report, dict) else None
            if isinstance(body, dict):
                told = {name: str(body[name]).partition("?")[0][:200] for name in TOLD if name in body}
                log.warning("A browser blocked something: %s", told)
    return Response(status=204)


@blueprint.get("/.well-known/security.txt")
def security_txt() -> Response:
    """RFC 9116."""
    expires = (clock.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    contact = f"mailto:{store().support_email or settings().mail_from}"
    return _plain(
        f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n"
        f"Canonical: {absolute('/.well-known/security.txt')}\n"
    )
