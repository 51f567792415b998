"""Subscription schedules: the next phase comes with the next period (STRIPE.md section 12, Plan change)."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.billing.club import DAY, HOUR
from tests.sandbox.billing.timed import START, Timed
from tests.sandbox.till import Till


def told(club: Timed) -> list[str]:
    return [one.partition(".")[2] for one in club.types() if one.startswith("subscription_schedule")]


def ends(subscription: stripe.Subscription) -> int:
    return subscription["items"].data[0].current_period_end


def test_a_phase_follows_another_and_the_subscription_is_released(till: Till) -> None:
    club = Timed(till)
    dear, joined = club.a_price(1900), club.join()
    end = ends(joined)
    schedule = club.v1.subscription_schedules.create({"from_subscription": joined.id})
    assert (schedule.status, schedule.subscription, schedule.phases[0].end_date) == ("active", joined.id, end)
    assert club.read(joined).schedule == schedule.id
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        club.v1.subscriptions.update(joined.id, {"cancel_at_period_end": True})
    with pytest.raises(stripe.InvalidRequestError, match="subscription schedule"):
        club.v1.subscriptions.pause(joined.id)
    phases: Any = [
        {"items": [{"price": club.price.id, "quantity": 1}], "start_date": START, "end_date": end},
        {"items": [{"price": dear.id, "quantity": 2}], "duration": {"interval": "month", "interval_count": 2}},
    ]
    planned = club.v1.subscription_schedules.update(schedule.id, {"phases": phases, "metadata": {"why": "guests"}})
    assert (len(planned.phases), planned.metadata and planned.metadata["why"]) == (2, "guests")
    club.go(end + HOUR + 1)
    changed = club.read(joined)
    assert [(one.price.id, one.quantity) for one in changed["items"].data] == [(dear.id, 2)]
    assert [one.total for one in club.invoices()] == [3800, 900]
    assert club.v1.subscription_schedules.retrieve(schedule.id).current_phase.start_date == end  # type: ignore[union-attr]
    club.go(planned.phases[1].end_date + HOUR + 1)
    over = club.v1.subscription_schedules.retrieve(schedule.id)
    assert (over.status, over.released_subscription, over.subscription) == ("released", joined.id, None)
    assert (club.read(joined).status, club.read(joined).schedule) == ("active", None)
    assert [one.total for one in club.invoices()] == [3800, 3800, 3800, 900]
    assert told(club) == ["created", "updated", "updated", "expiring", "released"]


def test_a_schedule_that_begins_a_subscription_and_ends_it(till: Till) -> None:
    club = Timed(till)
    phases: Any = [{"items": [{"price": club.price.id, "quantity": 1}], "duration": {"interval": "month"}}]
    schedule = club.v1.subscription_schedules.create(
        {"customer": club.customer.id, "start_date": "now", "end_behavior": "cancel", "phases": phases}
    )
    joined = club.v1.subscriptions.retrieve(str(schedule.subscription))
    assert (joined.status, joined.schedule, joined.created) == ("active", schedule.id, START)
    club.go(ends(joined) + DAY)
    assert (club.read(joined).status, len(club.invoices())) == ("canceled", 1)
    assert club.v1.subscription_schedules.retrieve(schedule.id).status == "completed"
    with pytest.raises(stripe.InvalidRequestError, match="`completed` status"):
        club.v1.subscription_schedules.release(schedule.id)


def test_a_schedule_that_begins_later(till: Till) -> None:
    club = Timed(till)
    dear, day = club.a_price(1900), START + 40 * DAY
    phases: Any = [
        {"items": [{"price": club.price.id, "quantity": 2}], "duration": {"interval": "month"}},
        {"items": [{"price": dear.id, "quantity": 1}], "duration": {"interval": "month"}},
    ]
    planned = club.v1.subscription_schedules.create(
        {"customer": club.customer.id, "start_date": day, "phases": phases, "metadata": {"why": "a gift"}}
    )
    assert (planned.status, planned.subscription, planned.current_phase) == ("not_started", None, None)
    assert [phase.start_date for phase in planned.phases] == [day, planned.phases[0].end_date]
    club.go(day - HOUR)
    assert (club.invoices(), told(club)) == ([], ["created"])
    club.go(day + HOUR)
    begun: Any = club.v1.subscription_schedules.retrieve(planned.id)
    assert (begun.status, begun.current_phase.start_date) == ("active", day)
    joined = club.v1.subscriptions.retrieve(str(begun.subscription))
    assert (joined.status, joined.schedule, joined.start_date) == ("active", planned.id, day)
    types = club.types()
    assert types.index("customer.subscription.created") < types.index("subscription_schedule.updated")
    started = next(event for event in club.story() if event.type == "subscription_schedule.updated")
    assert started.data.to_dict()["previous_attributes"] == {
        "current_phase": None,
        "status": "not_started",
        "subscription": None,
    }
    club.go(planned.phases[1].end_date - 7 * DAY + HOUR)
    assert told(club) == ["created", "updated", "updated", "expiring"]
    assert [one.total for one in club.invoices()] == [1900, 1800]
    club.go(planned.phases[1].end_date + HOUR)
    assert (told(club)[-1], club.read(joined).schedule) == ("released", None)


def test_a_schedule_that_waits_is_moved_let_go_or_called_off(till: Till) -> None:
    club = Timed(till)
    phases: Any = [{"items": [{"price": club.price.id}], "duration": {"interval": "month"}}]
    schedules, params = club.v1.subscription_schedules, {"customer": club.customer.id, "phases": phases}

    def planned(days: int) -> stripe.SubscriptionSchedule:
        given: Any = {**params, "start_date": START + days * DAY}
        return schedules.create(given)

    moved, free, off = planned(10), planned(10), planned(10)
    later = schedules.update(moved.id, {"phases": [{**phases[0], "start_date": START + 20 * DAY}]})
    assert (later.status, later.phases[0].start_date) == ("not_started", START + 20 * DAY)
    for start in ("now", START):
        with pytest.raises(stripe.InvalidRequestError, match="on a later day"):
            schedules.update(moved.id, {"phases": [{**phases[0], "start_date": start}]})
    let_go = schedules.release(free.id)
    assert (let_go.status, let_go.released_subscription) == ("released", None)
    assert schedules.cancel(off.id).status == "canceled"
    club.go(START + 15 * DAY)
    assert club.invoices() == []
    club.go(START + 21 * DAY)
    assert [one.total for one in club.invoices()] == [900]
    gone = Timed(till)
    of_the_gone: Any = {**params, "customer": gone.customer.id, "start_date": START + DAY}
    waits = schedules.create(of_the_gone)
    till.v1.customers.delete(gone.customer.id)
    gone.go(START + 2 * DAY)
    assert schedules.retrieve(waits.id).status == "canceled"


def test_released_or_canceled_by_hand(till: Till) -> None:
    club = Timed(till)
    first, second = club.join(), club.join()
    free = club.v1.subscription_schedules.create({"from_subscription": first.id})
    with pytest.raises(stripe.InvalidRequestError, match="cannot migrate"):
        club.v1.subscription_schedules.create({"from_subscription": first.id})
    assert club.v1.subscription_schedules.release(free.id).status == "released"
    assert (club.read(first).status, club.read(first).schedule) == ("active", None)
    bound = club.v1.subscription_schedules.create({"from_subscription": second.id})
    assert club.v1.subscription_schedules.cancel(bound.id).status == "canceled"
    assert club.read(second).status == "canceled"
    assert {one.id for one in club.v1.subscription_schedules.list({"customer": club.customer.id}).data} == {
        free.id,
        bound.id,
    }


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"start_date": "now", "phases": [{"items": [{"price": "price_none"}]}]}, "phases[0][items][0][price]"),
        ({"start_date": 1, "phases": [{"items": [{"price": "price_none"}]}]}, "start_date"),
        ({"phases": [{"items": [{"price": "price_none"}]}]}, "start_date"),
        (
            {"end_behavior": "renew", "start_date": "now", "phases": [{"items": [{"price": "price_none"}]}]},
            "end_behavior",
        ),
    ],
)
def test_schedules_that_are_not_made(till: Till, params: Any, param: str) -> None:
    club = Timed(till)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        club.v1.subscription_schedules.create({"customer": club.customer.id, **params})
    assert refusal.value.param == param


def test_a_cheaper_plan_comes_with_the_next_period_at_the_portal(till: Till) -> None:
    club = Timed(till)
    cheap, joined = club.a_price(400), club.join()
    plans = {"products": [{"product": str(club.price.product), "prices": [club.price.id, cheap.id]}]}
    feature: Any = {
        "enabled": True,
        "default_allowed_updates": ["price"],
        "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
        **plans,
    }
    configuration = club.v1.billing_portal.configurations.create({"features": {"subscription_update": feature}})
    link = club.v1.billing_portal.sessions.create(
        {"customer": club.customer.id, "configuration": configuration.id, "return_url": "http://shop.example/"}
    ).url
    answer = requests.post(f"{link}/plan/{joined.id}", data={"price": cheap.id}, allow_redirects=False, timeout=20)
    assert answer.status_code == 303, answer.text
    waiting = club.read(joined)
    assert waiting["items"].data[0].price.id == club.price.id
    schedule = club.v1.subscription_schedules.retrieve(str(waiting.schedule))
    assert [str(phase["items"][0].price) for phase in schedule.phases] == [club.price.id, cheap.id]
    assert told(club) == ["created", "updated"]
    club.go(ends(joined) + HOUR + 1)
    assert club.read(joined)["items"].data[0].price.id == cheap.id
    assert [one.total for one in club.invoices()] == [400, 900]
    assert club.v1.invoice_items.list({"customer": club.customer.id}).data == []
