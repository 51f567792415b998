"""The cashier's addresses: the way to the payment page, and where Stripe's events arrive."""

from flask import Blueprint, current_app

from storefront.cashier.till import BUYER_WAITS, Till, open_till
from storefront.web.current import settings
from storefront.web.database import engine

blueprint = Blueprint("cashier", __name__)


def till() -> Till:
    """The process's till for requests, opened at the first one: after fork, as a connection pool must be."""
    found: Till | None = current_app.extensions.get("till")
    if found is None:
        found = current_app.extensions["till"] = open_till(settings(), engine(), BUYER_WAITS)
    return found
