"""`/backoffice/reports/disputes`: how often payments are disputed, where, why, and what it costs."""

from collections.abc import Iterable
from typing import Any

from flask import Response, abort, render_template, request

from storefront.backoffice.charts import HEIGHT, WIDTH, Chart, columns
from storefront.backoffice.door import blueprint
from storefront.reports.dispute_alarm import crossings
from storefront.reports.dispute_rate import LIMITS, percent, recent_rate
from storefront.reports.disputes import DisputeReport, Tally, dispute_report, ranked, ranked_reasons
from storefront.reports.disputes_sheet import SHEETS, lines
from storefront.web.current import settings
from storefront.web.database import session

SPANS = (3, 6, 12, 24)
MOST = 10
"""Rows of a table and its chart; the file has all."""


@blueprint.get("/reports/disputes")
def dispute_figures() -> Any:
    """Drawn by the server, each drawing with its table."""
    found = _asked()
    products, countries = ranked(found.products), ranked(found.countries)
    months = [(f"{first:%B %Y}", tally) for first, tally in found.months.items()]
    return render_template(
        "backoffice/reports/disputes.html",
        found=found,
        recent=recent_rate(session()),
        crossings=crossings(session()),
        months=months,
        products=products[:MOST],
        countries=countries[:MOST],
        more={"products": len(products) - MOST, "countries": len(countries) - MOST},
        reasons=ranked_reasons(found),
        charts={
            "months": _rates(months),
            "amounts": _amounts(months),
            "products": _rates(products[:MOST]),
            "countries": _rates(countries[:MOST]),
            "customers": _rates(found.customers.items()),
            "reasons": columns([(f"{name}: {one.all}", one.all) for name, one in ranked_reasons(found)]),
        },
        spans=SPANS,
        width=WIDTH,
        height=HEIGHT,
    )


@blueprint.get("/reports/disputes/<what>.csv")
def dispute_sheet(what: str) -> Any:
    """Months, products, countries, customers or reasons, for a spreadsheet."""
    if what not in SHEETS:
        abort(404)
    found = _asked()
    name = f"disputes-by-{what}-{min(found.months):%Y-%m}-{max(found.months):%Y-%m}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("".join(lines(found, what)), mimetype="text/csv", headers=headers)


def _asked() -> DisputeReport:
    months = request.args.get("months", "")
    span = int(months) if months in map(str, SPANS) else 12
    return dispute_report(session(), span, settings().currency, request.args.get("currency", ""))


def _rates(rows: Iterable[tuple[str, Tally]]) -> Chart:
    return _drawn((name, tally.rate.parts) for name, tally in rows)


def _amounts(rows: Iterable[tuple[str, Tally]]) -> Chart:
    return _drawn((name, tally.amount_parts) for name, tally in rows)


def _drawn(rows: Iterable[tuple[str, int | None]]) -> Chart:
    """With lines where a warning and an alarm begin."""
    listed = [(f"{name}: {percent(parts)}", parts or 0) for name, parts in rows]
    return columns(listed, marks=tuple(LIMITS.values()))
