"""`/backoffice/subscriptions/figures`: recurring revenue and churn, as a drawing and as its table."""

from dataclasses import dataclass
from typing import Any

from flask import render_template

from storefront.backoffice.door import blueprint
from storefront.reports.recurring import Month, recurring
from storefront.web.current import settings
from storefront.web.database import session

WIDTH, HEIGHT, GAP, FOOT = 640, 180, 8, 22
"""Of the drawing, in its own units; it grows and shrinks with its place."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month in the drawing. `label`: its first three letters."""

    x: float
    y: float
    width: float
    height: float
    label: str
    month: Month


@blueprint.get("/subscriptions/figures")
def subscription_figures() -> Any:
    """The last twelve months."""
    found = recurring(session(), settings().currency)
    return render_template(
        "backoffice/subscriptions/figures.html", found=found, bars=bars(found.months), width=WIDTH, height=HEIGHT
    )


def bars(months: list[Month]) -> list[Bar]:
    """As high as each month's revenue is, measured by the highest."""
    step = WIDTH / max(len(months), 1)
    highest = max((month.revenue.amount for month in months), default=0) or 1
    room = HEIGHT - FOOT - GAP
    drawn = []
    for place, month in enumerate(months):
        height = round(room * month.revenue.amount / highest, 1)
        x, y = round(place * step + GAP / 2, 1), round(HEIGHT - FOOT - height, 1)
        drawn.append(Bar(x, y, round(step - GAP, 1), height, month.name[:3], month))
    return drawn
