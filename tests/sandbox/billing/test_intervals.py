"""Items that turn at different times, and subscriptions that began before they were made."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from tests.sandbox.billing.club import DAY, HOUR, Club
from tests.sandbox.billing.timed import START, Timed
from tests.sandbox.till import Till


def test_each_item_is_billed_in_its_own_rhythm(club: Club) -> None:
    yearly = club.a_price(5000, "year")
    joined = club.join(items=[{"price": yearly.id}, {"price": club.price.id}])
    ends = [item.current_period_end for item in joined["items"].data]
    assert club.invoices()[0].total == 5900
    assert ends[0] > ends[1]
    assert club.v1.invoices.create_preview({"subscription": joined.id}).total == 900
    club.till.sandbox.advance(ends[1] - club.till.now() + 2 * HOUR)
    assert [one.total for one in club.invoices()] == [900, 5900]
    turned = club.read(joined)
    assert turned["items"].data[0].current_period_end == ends[0]
    assert turned["items"].data[1].current_period_start == ends[1]
    leaving = club.v1.subscriptions.update(joined.id, {"cancel_at": "max_period_end"})
    assert leaving.cancel_at == ends[0]
    leaving = club.v1.subscriptions.update(joined.id, {"cancel_at": "min_period_end"})
    assert leaving.cancel_at == turned["items"].data[1].current_period_end


def test_a_yearly_item_joins_a_monthly_one_and_leaves_it(club: Club) -> None:
    joined = club.join()
    yearly = club.a_price(36500, "year")
    extra: Any = {"subscription": joined.id, "price": yearly.id, "proration_behavior": "always_invoice"}
    item = club.v1.subscription_items.create(extra)
    year = (item.current_period_end - item.current_period_start) // DAY
    assert year in (365, 366)
    assert club.invoices()[0].total == pytest.approx(36500, abs=60)
    assert club.read(joined).billing_cycle_anchor == joined.billing_cycle_anchor
    club.v1.subscription_items.delete(item.id, {"proration_behavior": "none"})
    assert len(club.read(joined)["items"].data) == 1


def test_classic_billing_and_checkout_know_one_interval(club: Club) -> None:
    yearly = club.a_price(5000, "year")
    items: Any = [{"price": yearly.id}, {"price": club.price.id}]
    with pytest.raises(stripe.InvalidRequestError, match="Found mismatch in interval field"):
        club.join(items=items, billing_mode={"type": "classic"})
    with pytest.raises(stripe.InvalidRequestError, match="different billing intervals"):
        club.till.session(mode="subscription", line_items=[{**one, "quantity": 1} for one in items])
    assert club.join(billing_mode={"type": "classic"}).billing_mode.type == "classic"


def day(month: int, of: int) -> int:
    return int(datetime(2026, month, of, 8, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(("mode", "elapsed"), [("flexible", [900 * 17 / 30, 900]), ("classic", [900 * (1 + 18 / 31)])])
def test_a_subscription_that_began_before_it_was_made(till: Till, mode: Any, elapsed: list[float]) -> None:
    club = Timed(till)
    assert datetime.fromtimestamp(START, UTC).isoformat() == "2027-01-15T08:00:00+00:00"
    joined = club.join(backdate_start_date=day(11, 28), billing_mode={"type": mode})
    assert (joined.start_date, joined.billing_cycle_anchor, joined.status) == (day(11, 28), START, "active")
    found = club.invoices()[0].lines.data
    assert [line.amount for line in found] == [900, *(round(one) for one in elapsed)]


def test_a_start_that_costs_nothing_or_lies_ahead(till: Till) -> None:
    club = Timed(till)
    joined = club.join(backdate_start_date=day(11, 28), proration_behavior="none")
    assert (joined.start_date, club.invoices()[0].total) == (day(11, 28), 900)
    with pytest.raises(stripe.InvalidRequestError, match="in the past"):
        club.join(backdate_start_date=START + DAY)
