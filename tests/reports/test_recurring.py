"""Recurring revenue and churn, from rows."""

from datetime import timedelta

import pytest

from storefront.clock import now
from storefront.reports.recurring import recurring
from tests.subscriptions.rows import a_paid_invoice, a_subscription


@pytest.fixture
def months(session):
    """The months from the last but eleven on, and their first days."""
    this = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    firsts = [this]
    for _ in range(11):
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    return firsts


def test_a_yearly_plan_is_a_twelfth_a_month(session, months):
    monthly = a_subscription(session, "sub_1", started_at=months[-3])
    yearly = a_subscription(session, "sub_2", interval="year", started_at=months[-2])
    for begin, end in zip(months[-3:-1], months[-2:], strict=True):
        a_paid_invoice(session, monthly, begin + timedelta(days=5), end + timedelta(days=5))
    year = months[-2] + timedelta(days=2)
    a_paid_invoice(session, yearly, year, year + timedelta(days=365), amount=6000)

    found = recurring(session, "eur").months

    assert [month.revenue.amount for month in found[-4:-1]] == [0, 900, 1400]
    assert [(month.began, month.ended, month.running) for month in found[-4:-1]] == [(0, 0, 0), (1, 0, 1), (1, 0, 2)]


def test_a_discount_and_a_trial_count_as_they_were(session, months):
    row = a_subscription(session, started_at=months[-2])
    begin, end = months[-2] + timedelta(days=2), months[-1] + timedelta(days=2)
    a_paid_invoice(session, row, begin, end, amount=1000, discount=400, total=600)
    a_paid_invoice(session, row, begin + timedelta(days=1), end, amount=0)

    assert recurring(session, "eur").months[-2].revenue.amount == 600


def test_churn_is_of_those_that_ran_when_the_month_began(session, months):
    old = months[-3] + timedelta(days=1)
    for number in range(4):
        a_subscription(session, f"sub_{number}", started_at=old)
    a_subscription(
        session, "sub_gone", started_at=old, ended_at=months[-2] + timedelta(days=3), status="canceled",
        cancel_reason="cancellation_requested", cancel_feedback="too_expensive",
    )  # fmt: skip
    a_subscription(
        session, "sub_short", started_at=months[-2] + timedelta(days=1), ended_at=months[-2] + timedelta(days=2),
        status="canceled", cancel_reason="payment_failed",
    )  # fmt: skip
    a_subscription(session, "sub_never", started_at=old, status="incomplete_expired", ended_at=old)

    found = recurring(session, "eur")

    assert [(month.began, month.ended, month.running, month.churn) for month in found.months[-3:-1]] == [
        (5, 0, 5, None),
        (1, 2, 4, 200),
    ]
    assert sorted(found.reasons) == [("payment_failed", 1), ("too_expensive", 1)]


def test_what_ended_early_counts_no_longer(session, months):
    row = a_subscription(session, started_at=months[-3], ended_at=months[-2] + timedelta(days=9), status="canceled")
    a_paid_invoice(session, row, months[-3], months[-3] + timedelta(days=365), amount=12000)

    assert [month.revenue.amount for month in recurring(session, "eur").months[-3:-1]] == [1000, 0]
