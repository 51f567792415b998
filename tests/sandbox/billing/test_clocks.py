"""Test clocks: the time of a few customers, moved by API (STRIPE.md section 10)."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.fixtures.running import until
from tests.sandbox.billing.club import DAY, HOUR, Club
from tests.sandbox.billing.timed import START, Timed
from tests.sandbox.till import Till

MONTH = 31 * DAY


@pytest.fixture
def timed(till: Till) -> Timed:
    return Timed(till)


def test_a_year_passes_for_one_customer_only(timed: Timed, till: Till) -> None:
    other = Club(till)
    beside, joined = other.join(), timed.join()
    assert (timed.clock.status, timed.clock.frozen_time, timed.clock.deletes_after) == (
        "ready",
        START,
        timed.clock.created + 30 * DAY,
    )
    assert (joined.test_clock, joined.created, joined.status) == (timed.clock.id, START, "active")
    assert timed.v1.customers.retrieve(timed.customer.id).test_clock == timed.clock.id
    wall = till.now()
    assert timed.go(START + 360 * DAY).frozen_time == START + 360 * DAY
    assert till.now() < wall + HOUR
    invoices = timed.invoices()
    assert [one.test_clock for one in invoices] == [timed.clock.id] * 12
    assert {one.status for one in invoices} == {"paid"}
    assert sum(one.amount_paid for one in invoices) == 12 * 900
    assert timed.read(joined)["items"].data[0].current_period_end > START + 360 * DAY
    assert len(other.invoices()) == 1
    assert other.read(beside).test_clock is None
    events = timed.story()
    assert all(abs(event.created - wall) < HOUR for event in events if event.type != "customer.created")
    assert timed.told() == ["created", *["advancing", "ready"] * 7]
    other.v1.subscriptions.cancel(beside.id)


def test_how_far_and_how_often(timed: Timed) -> None:
    clocks = timed.v1.test_helpers.test_clocks
    for nonsense in (START, START - 1, START + 3 * 365 * DAY):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            clocks.advance(timed.clock.id, {"frozen_time": nonsense})
        assert refusal.value.param == "frozen_time"
    timed.join()
    with pytest.raises(stripe.InvalidRequestError, match="two intervals"):
        clocks.advance(timed.clock.id, {"frozen_time": START + 3 * MONTH})
    for _ in range(2):
        timed.v1.customers.create({"test_clock": timed.clock.id})
    with pytest.raises(stripe.InvalidRequestError, match="3 customers"):
        timed.v1.customers.create({"test_clock": timed.clock.id})
    with pytest.raises(stripe.InvalidRequestError, match="No such test clock: 'clock_none'"):
        timed.v1.customers.create({"test_clock": "clock_none"})
    on_it = timed.v1.customers.list({"test_clock": timed.clock.id, "limit": 100}).data
    assert len(on_it) == 3
    without = {one.id for one in timed.v1.customers.list({"limit": 100}).data}
    assert not without & {one.id for one in on_it}
    assert timed.v1.subscriptions.list({"test_clock": timed.clock.id}).data[0].customer == timed.customer.id
    assert timed.clock.id in [one.id for one in clocks.list().data]


def test_nothing_can_be_changed_on_the_way(timed: Timed, variant: Callable[[str, str], None]) -> None:
    """The advance answers at once; while it is under way changes are refused with 429."""
    joined = timed.join()
    variant("test_clock_pace", "six_seconds")
    clocks = timed.v1.test_helpers.test_clocks
    going = clocks.advance(timed.clock.id, {"frozen_time": START + 40 * DAY})
    assert going.status_details.advancing.target_frozen_time == START + 40 * DAY
    for change in (
        lambda: timed.v1.subscriptions.update(joined.id, {"metadata": {"a": "b"}}),
        lambda: timed.v1.customers.create({"test_clock": timed.clock.id}),
        lambda: clocks.delete(timed.clock.id),
    ):
        with pytest.raises(stripe.RateLimitError, match="Test clock advancement underway"):
            change()
    with pytest.raises(stripe.InvalidRequestError, match="advancing"):
        clocks.advance(timed.clock.id, {"frozen_time": START + 50 * DAY})
    assert len(timed.invoices()) == 1
    timed.till.sandbox.advance(7)
    until(lambda: clocks.retrieve(timed.clock.id).status == "ready", "the test clock is ready")
    assert len(timed.invoices()) == 2
    assert timed.v1.subscriptions.update(joined.id, {"metadata": {"a": "b"}}).metadata.a == "b"


def test_an_existing_customer_is_tied_to_a_clock(till: Till) -> None:
    club = Club(till)
    joined = club.join()
    now = till.now()
    clock = till.v1.test_helpers.test_clocks.create({"frozen_time": now, "customer": club.customer.id})
    assert club.read(joined).test_clock == clock.id
    with pytest.raises(stripe.InvalidRequestError, match="already attached"):
        till.v1.test_helpers.test_clocks.create({"frozen_time": now, "customer": club.customer.id})
    till.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": now + 40 * DAY})
    until(lambda: till.v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready", "the clock is ready")
    assert [one.status for one in club.invoices()] == ["paid", "paid"]


def test_deleting_a_clock_takes_its_customers_along(timed: Timed) -> None:
    joined = timed.join()
    gone = timed.v1.test_helpers.test_clocks.delete(timed.clock.id)
    assert gone.deleted is True
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        timed.v1.test_helpers.test_clocks.retrieve(timed.clock.id)
    assert refusal.value.code == "resource_missing"
    assert timed.v1.customers.retrieve(timed.customer.id).deleted is True
    assert timed.v1.subscriptions.retrieve(joined.id).status == "canceled"
    assert timed.told() == ["created", "deleted"]


def test_a_buyer_on_a_clock_subscribes_at_the_checkout_page(timed: Timed) -> None:
    session = timed.till.session(
        mode="subscription", customer=timed.customer.id, line_items=[{"price": timed.price.id, "quantity": 1}]
    )
    timed.till.pay(session)
    name: Any = timed.v1.checkout.sessions.retrieve(session.id).subscription
    subscription = timed.v1.subscriptions.retrieve(name)
    assert (subscription.created, subscription.test_clock, subscription.status) == (START, timed.clock.id, "active")
    timed.go(START + 35 * DAY)
    assert len(timed.invoices()) == 2


def test_there_are_none_in_live_mode(till: Till) -> None:
    from tests.sandbox.conftest import client_of

    live = client_of(till.sandbox.url, "sk_live_of_the_tests")
    with pytest.raises(stripe.InvalidRequestError, match="test mode"):
        live.v1.test_helpers.test_clocks.create({"frozen_time": START})
