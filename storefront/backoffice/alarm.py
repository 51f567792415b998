"""The alarm on every page of this door: payments happen, but Stripe's events do not arrive."""

from collections.abc import Callable

from flask import g

from storefront.backoffice.door import blueprint
from storefront.reports.silence import Silence, silence
from storefront.web.database import session
from storefront.web.store import PLAIN


@blueprint.app_context_processor
def alarm() -> dict[str, Callable[[], Silence | None]]:
    """`silent()` for the layout: asked only where somebody is signed in, and never while a fault is being told."""
    return {"silent": lambda: None if g.get(PLAIN) else silence(session())}
