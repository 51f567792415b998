"""Where Stripe's events arrive: checked on the raw bytes, inserted once, answered. Nothing is decided here."""

import json
import logging
import re
import time

from flask import Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from storefront.cashier.door import blueprint
from storefront.cashier.gateway import ForgedError, verify
from storefront.inbox.receiving import NotAnEventError, checked, receive
from storefront.inbox.refusal import count_refusal
from storefront.web.current import settings
from storefront.web.database import engine
from storefront.work import wake

LARGEST = 1024 * 1024
REFUSALS_COUNTED_EVERY = 1.0
"""Seconds: a flood of forgeries must not become a flood of writes."""

_EVENT_ID = re.compile(rb'"id":\s*"(evt_\w{1,80})"')
log = logging.getLogger(__name__)


@blueprint.post("/webhooks/stripe")
def stripe_webhook() -> Response:
    """200 once the event is in the inbox; 400 for what is not Stripe's, not an event, or of the other mode."""
    request.max_content_length = LARGEST
    body = request.get_data(cache=False)
    try:
        verify(body, request.headers.get("Stripe-Signature", ""), settings().stripe_webhook_secrets)
        raw = body.decode()
        event = checked(json.loads(raw), livemode=settings().livemode)
    except (ForgedError, NotAnEventError) as error:
        return _refuse(error.reason, str(error), body)
    except (ValueError, RecursionError):
        return _refuse("malformed", "The body is not JSON in UTF-8.")
    with engine().begin() as connection:
        if receive(connection, event, raw):
            wake(connection)
    return Response("received", mimetype="text/plain")


def _refuse(reason: str, why: str, body: bytes = b"") -> Response:
    log.warning("webhook delivery refused: %s (%s)", why, reason)
    moment = time.monotonic()
    counted_at: dict[str, float] = current_app.extensions.setdefault("refusals_counted_at", {})
    if moment - counted_at.get(reason, -REFUSALS_COUNTED_EVERY) >= REFUSALS_COUNTED_EVERY:
        counted_at[reason] = moment
        try:
            with engine().begin() as connection:
                count_refusal(connection, reason, _claimed(body))
        except SQLAlchemyError:
            log.exception("a refused delivery could not be counted")
    return Response(why, 400, mimetype="text/plain")


def _claimed(body: bytes) -> str:
    """The event's id by its own word: Stripe is asked about it, nothing else is made of it."""
    found = _EVENT_ID.search(body)
    return found[1].decode() if found else ""
