"""Events that come early, late, in any order or about nothing: E2, E10, E13, E14, A4, A6 and A7 of the list of failures."""

import pytest
from sqlalchemy import select

from storefront.clock import now
from storefront.inbox.event import StripeEvent
from storefront.orders.order import Order
from storefront.payments.summary import money_of
from storefront.subscriptions.access import has_access
from storefront.subscriptions.subscription import Subscription
from tests.cashier.postbag import an_event, deliver, hold_back
from tests.subscriptions.club import DAY
from tests.subscriptions.postbag import assert_begun_once, events_of, joins_unheard, of_type


def test_e2_a4_any_event_may_come_first(club, tea):
    name, events = joins_unheard(club, tea)
    order = ("payment_intent.succeeded", "customer.subscription.updated", "charge.succeeded", "checkout.session.completed",
             "customer.subscription.created", "invoice.created", "invoice.paid")  # fmt: skip
    for event in of_type(events, *order):
        assert deliver(club.counter, event) == 200
        club.counter.work(deliver=False)
        if event["type"].startswith("customer.subscription"):
            assert club.row(name).status == "active", "an older snapshot never overwrites"

    assert_begun_once(club, name)


def test_a7_the_second_of_an_event_decides_nothing(club, tea):
    name, events = joins_unheard(club, tea)
    for event in events:
        event["created"] = 1_800_000_000

    for event in reversed(events):
        assert deliver(club.counter, event) == 200
    club.counter.work(deliver=False)

    assert_begun_once(club, name)


@pytest.mark.parametrize("renewed", [False, True], ids=["first-payment", "renewal"])
def test_a6_refunded_before_the_payment_is_heard_of(club, tea, renewed):
    if renewed:
        name = club.joins(tea)
        hold_back(club.counter)
        club.sandbox.advance(32 * DAY)
        with club.counter.sessions.begin() as session:
            session.query(Subscription).update({"next_try": None})
        events = events_of(club, name)
    else:
        name, events = joins_unheard(club, tea)
    paid = of_type(events, "payment_intent.succeeded")[-1]
    club.stripe("POST", "refunds", payment_intent=paid["data"]["object"]["id"])
    refunded = events_of(club, name)[len(events) :]

    for event in (*of_type(refunded, "charge.refunded", "refund.created"), *of_type(events, "invoice.paid"), paid):
        assert deliver(club.counter, event) == 200
        club.counter.work(deliver=False)

    with club.counter.sessions() as session:
        order = session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
        money = money_of(session, order)
        assert (money.state, money.captured.amount, money.refunded.amount) == ("refunded", 900, 900)
        assert order.to_ship == 0


@pytest.mark.parametrize("kind", ["invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid"])
def test_e10_an_invoice_speaks_before_its_subscription(club, tea, kind):
    name, events = joins_unheard(club, tea)
    if kind == "invoice_payment.paid":
        newest = club.stripe("GET", "events", type=kind, limit=1)["data"]
        [event] = newest
    else:
        [event] = of_type(events, kind)

    assert deliver(club.counter, event) == 200
    club.counter.work(deliver=False)
    assert club.row(name).status == "active"
    assert deliver(club.counter, of_type(events, "checkout.session.completed")[0]) == 200
    club.counter.work(deliver=False)

    assert_begun_once(club, name)


def test_e13_an_invoice_that_does_not_exist_yet(club):
    event = an_event("invoice.upcoming", object="invoice", parent={"subscription_details": {"subscription": "sub_1"}})
    del event["data"]["object"]["id"]

    assert deliver(club.counter, event) == 200
    club.counter.work(deliver=False)

    with club.counter.sessions() as session:
        row = session.scalars(select(StripeEvent).where(StripeEvent.event_id == event["id"])).one()
        assert (row.state, row.attempts, row.next_try) == ("ignored", 0, None)
        assert "does not exist yet" in row.verdict


def test_e14_what_stripe_no_longer_has_is_buried(club, tea):
    name = club.joins(tea)
    club.new_letters()
    with club.counter.sessions.begin() as session:
        session.query(Subscription).update({"stripe_id": "sub_gone", "next_try": now()})
    club.counter.work()

    row = club.row("sub_gone")
    assert (row.gone, row.status, row.next_try, has_access(row, now())) == (True, "canceled", None, False)
    assert club.new_letters() == ["ended"]
    before = len(club.sandbox.requests())
    event = {**of_type(events_of(club, name), "customer.subscription.created")[0], "id": "evt_late"}
    event["data"]["object"]["id"] = "sub_gone"
    assert deliver(club.counter, event) == 200
    club.later(2 * DAY)
    asked = [one for one in club.sandbox.requests(before) if "sub_gone" in one["path"]]
    assert len(asked) <= 1
    assert club.new_letters() == []
