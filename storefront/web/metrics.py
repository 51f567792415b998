"""`/metrics`: the shop's gauges as plain text, in the form that Prometheus reads, for whoever knows the token."""

from flask import Response, abort

from storefront.reports.gauges import Gauge, gauges
from storefront.web.database import session
from storefront.web.machine import blueprint, knows_token

__all__ = ["blueprint", "metrics"]
PREFIX = "storefront_"


@blueprint.get("/metrics")
def metrics() -> Response:
    """404 without the token, so that nobody learns that there is something."""
    if not knows_token():
        abort(404)
    lines: list[str] = []
    told = ""
    for gauge in gauges(session()):
        if gauge.name != told:
            told = gauge.name
            lines += [f"# HELP {PREFIX}{gauge.name} {gauge.help}", f"# TYPE {PREFIX}{gauge.name} gauge"]
        lines.append(_line(gauge))
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _line(gauge: Gauge) -> str:
    named = ",".join(f'{name}="{value}"' for name, value in gauge.labels.items())
    return (
        f"{PREFIX}{gauge.name}{{{named}}} {gauge.value:.15g}" if named else f"{PREFIX}{gauge.name} {gauge.value:.15g}"
    )
