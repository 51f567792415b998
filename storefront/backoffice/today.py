"""`/backoffice`: what must I do today."""

from typing import Any

from flask import render_template

from storefront.backoffice.door import blueprint
from storefront.reports.dispute_rate import recent_rate
from storefront.reports.finding import find
from storefront.reports.holds import holds, lapsed_holds
from storefront.reports.todo import tasks
from storefront.web.database import session


@blueprint.get("")
def today() -> Any:
    """Counts that lead to where the work is, and the newest orders."""
    return render_template(
        "backoffice/today.html",
        tasks=tasks(session()),
        rate=recent_rate(session(), exact=False),
        holds=holds(session()),
        lapsed=lapsed_holds(session()),
        newest=find(session()).orders[:8],
    )
