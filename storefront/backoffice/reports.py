"""`/backoffice/reports`: what was sold, net of refunds, by day, product and country."""

from typing import Any

from flask import Response, abort, render_template, request

from storefront.backoffice.charts import HEIGHT, WIDTH, columns
from storefront.backoffice.door import blueprint
from storefront.reports import sales
from storefront.reports.sales import Sales
from storefront.web.current import settings
from storefront.web.database import session

SPANS = (7, 30, 90, 365)
MOST = 20
"""Rows of a chart; the table has all."""


@blueprint.get("/reports")
def reports() -> Any:
    """Drawn by the server, each drawing with its table."""
    found = _asked()
    charts = {
        "days": columns([(f"{day:%d %B}: {found.money(amount)}", amount) for day, amount in found.days.items()]),
        "products": _ranked(found, "products"),
        "countries": _ranked(found, "countries"),
    }
    return render_template(
        "backoffice/reports.html",
        sales=found,
        charts=charts,
        spans=SPANS,
        span=len(found.days),
        currencies=sales.currencies(session()) or [found.currency],
        width=WIDTH,
        height=HEIGHT,
    )


@blueprint.get("/reports/<what>.csv")
def report(what: str) -> Any:
    """Days, products or countries, for a spreadsheet."""
    if what not in ("days", "products", "countries"):
        abort(404)
    found = _asked()
    name = f"sales-by-{what}-{found.since}-{found.until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("".join(sales.lines(found, what)), mimetype="text/csv", headers=headers)


def _asked() -> Sales:
    days = request.args.get("days", "30")
    span = int(days) if days.isdecimal() and len(days) < 4 else 30
    wanted = request.args.get("currency", "")
    currency = wanted if wanted in sales.currencies(session()) else settings().currency
    return sales.sales(session(), currency, span if span in SPANS else 30)


def _ranked(found: Sales, what: str) -> Any:
    rows = found.ranked(found.products if what == "products" else found.countries)[:MOST]
    return columns([(f"{name or 'not known'}: {found.money(amount)}", amount) for name, amount in rows])
