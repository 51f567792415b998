"""Who has what a subscription gives: the one table, each status of Stripe's eight."""

from datetime import timedelta

import pytest

from storefront.clock import now
from storefront.subscriptions.access import GRACE, POLICY, has_access
from storefront.subscriptions.subscription import Status, Subscription

MOMENT = now()
AFTER = MOMENT + GRACE + timedelta(seconds=1)


def a_row(status, **facts):
    return Subscription(status=status, gone=False, pause="", **facts)


@pytest.mark.parametrize(
    ("status", "at_once", "after_grace"),
    [
        ("trialing", True, True),
        ("active", True, True),
        ("past_due", True, False),
        ("incomplete", False, False),
        ("incomplete_expired", False, False),
        ("unpaid", False, False),
        ("canceled", False, False),
        ("paused", False, False),
        ("a_status_of_the_future", False, False),
    ],
)
def test_each_status(status, at_once, after_grace):
    row = a_row(status, late_since=MOMENT)
    assert (has_access(row, MOMENT), has_access(row, AFTER)) == (at_once, after_grace)


def test_the_table_names_every_status():
    assert set(POLICY) == set(Status)


def test_a_planned_end_and_a_paused_collection_take_nothing_away():
    row = a_row("active", cancel_at=MOMENT + timedelta(days=3))
    row.pause = "void"
    assert has_access(row, MOMENT)


def test_what_stripe_no_longer_has_gives_nothing():
    row = a_row("active")
    row.gone = True
    assert not has_access(row, MOMENT)
