"""Stripe promises no order: whichever event comes first, late, twice or in the same second, the order is paid once."""

from itertools import permutations

import pytest
import requests
from sqlalchemy import select

from storefront.payments.payment import Payment
from storefront.work import claim, take_ticket
from tests.cashier.evidence import assert_paid_once, evidence, inbox, row_of
from tests.cashier.postbag import deliver, events_of, hold_back, only

ONE_FACT = ("charge.succeeded", "payment_intent.succeeded", "checkout.session.completed")
DECLINED = "4000000000000002"


@pytest.fixture(params=["last", "first"])
def stripe_says_completed(request, stripe_sandbox):
    """Both answers to what is not known of Stripe: does the session's event come after the intent's, or before?"""
    address = f"{stripe_sandbox.url}/_sandbox/variants"
    requests.post(address, json={"session_event": request.param}, timeout=60).raise_for_status()
    yield request.param
    requests.post(address, json={"session_event": "last"}, timeout=60).raise_for_status()


def paid_unheard(counter, tea):
    """One more order that Stripe has the money of, and its events."""
    reference = counter.checks_out(tea)
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    return reference, events_of(counter, session_id)


def test_a3_three_events_tell_one_fact_in_any_order(open_counter):
    counter = open_counter(CAPTURE_POLICY="automatic")
    tea = counter.sells(stock=10)
    hold_back(counter)

    for order in permutations(ONE_FACT):
        counter.client.raw.delete_cookie("cart")
        reference, events = paid_unheard(counter, tea)
        for kind in order:
            assert deliver(counter, only(events, kind)) == 200
            counter.work(deliver=False)
        found = assert_paid_once(counter, reference)

    assert found.shelf == [(4, 0)]


def test_a3_all_events_before_the_worker_wakes(open_counter):
    counter = open_counter(CAPTURE_POLICY="automatic")
    hold_back(counter)
    reference, events = paid_unheard(counter, counter.sells())

    for event in reversed(events):
        assert deliver(counter, event) == 200
    before = counter.sandbox.requests()
    counter.work(deliver=False)

    assert_paid_once(counter, reference)
    assert {row.state for row in inbox(counter)} == {"applied"}
    reads = [one for one in counter.sandbox.requests(len(before)) if one["path"].startswith("/v1/checkout/sessions/")]
    assert len(reads) <= 2 < len(events), (
        "one look answers all that is known to wait: before it the intent is not known"
    )


@pytest.mark.parametrize("kind", ["charge.succeeded", "payment_intent.amount_capturable_updated"])
@pytest.mark.parametrize("marked", [True, False], ids=["by-metadata", "by-asking-stripe"])
def test_a5_money_speaks_before_the_session_does(counter, kind, marked):
    hold_back(counter)
    reference, events = paid_unheard(counter, counter.sells())
    early = only(events, kind)
    if not marked:
        early["data"]["object"]["metadata"] = {}

    assert deliver(counter, early) == 200
    counter.work(deliver=False)

    assert row_of(counter, early).state == "applied"
    before = assert_paid_once(counter, reference)
    assert deliver(counter, only(events, "checkout.session.completed")) == 200
    counter.work(deliver=False)
    assert evidence(counter, reference) == before


def test_a5_whichever_way_stripe_goes(counter, stripe_says_completed):
    counter.sandbox.fault("repeat", where="delivery", event="charge.*", times=None)
    counter.sandbox.fault("reorder", where="delivery", event="payment_intent.*", times=2)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id, DECLINED)
    counter.work()
    assert "declined" in evidence(counter, reference).heading

    counter.pays(session_id)
    counter.work()
    counter.sandbox.advance(5)
    counter.work()

    assert_paid_once(counter, reference)
    session_row = row_of(counter, only(events_of(counter, session_id), "checkout.session.completed"))
    money_row = row_of(counter, only(events_of(counter, session_id), "payment_intent.amount_capturable_updated"))
    assert session_row.state == money_row.state == "applied"


def test_a7_the_second_of_an_event_decides_nothing(counter):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id, DECLINED)
    counter.pays(session_id)
    events = events_of(counter, session_id)
    for event in events:
        event["created"] = 1_800_000_000

    for event in reversed(events):
        assert deliver(counter, event) == 200
        counter.work(deliver=False)

    assert_paid_once(counter, reference)


def test_a7_a_change_of_the_same_second_is_not_dropped(counter):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id, DECLINED)
    declined = only(events_of(counter, session_id), "payment_intent.payment_failed")
    assert deliver(counter, declined) == 200
    counter.work(deliver=False)
    assert "declined" in evidence(counter, reference).heading

    counter.pays(session_id)
    held = only(events_of(counter, session_id), "payment_intent.amount_capturable_updated")
    assert deliver(counter, {**held, "created": declined["created"]}) == 200
    counter.work(deliver=False)

    assert_paid_once(counter, reference)


def test_a8_a_retry_two_days_old_sets_nothing_back(counter):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id, DECLINED)
    old = events_of(counter, session_id)
    counter.pays(session_id)
    assert deliver(counter, only(events_of(counter, session_id), "checkout.session.completed")) == 200
    counter.work(deliver=False)
    before = assert_paid_once(counter, reference)

    counter.sandbox.advance(2 * 86400)
    assert {deliver(counter, event) for event in old} == {200}
    counter.work(deliver=False)

    assert "payment_intent.payment_failed" in [event["type"] for event in old]
    assert evidence(counter, reference) == before


def test_a10_paid_before_we_know_the_session(counter):
    counter.sandbox.fault("cut_after", path="POST /v1/checkout/sessions")
    reference = counter.checks_out(counter.sells())
    assert counter.goes_to_pay(reference).status_code == 503
    [session] = counter.at_stripe("checkout/sessions")
    counter.pays(session["id"])

    counter.work()
    counter.sandbox.advance(60)
    counter.work()

    assert len(counter.at_stripe("checkout/sessions")) == 1
    assert_paid_once(counter, reference)
    assert {row.state for row in inbox(counter) if row.payment_id} == {"applied"}


def test_a10_a_row_that_is_not_committed_yet_is_waited_for(counter):
    """The event names a payment of this very store that no table has: it waits, and a person hears of it in the end."""
    hold_back(counter)
    reference, events = paid_unheard(counter, counter.sells())
    event = only(events, "charge.succeeded")
    event["data"]["object"] |= {"id": "ch_early", "payment_intent": "pi_early"}
    event["data"]["object"]["metadata"]["payment"] = "not-committed-yet"

    assert deliver(counter, event) == 200
    counter.work(deliver=False)

    row = row_of(counter, event)
    assert (row.state, row.payment_id) == ("received", None)
    assert row.next_try is not None
    assert evidence(counter, reference).state == "open"
    counter.sandbox.advance(73 * 3600)
    counter.work(deliver=False)
    assert row_of(counter, event).state == "failed"


def test_a_look_that_was_asked_for_during_another_is_taken(counter):
    """A capture is answered between another worker's read and its end: what that worker read is too old to be the last word."""
    counter.page_of(counter.checks_out(counter.sells("Tea", stock=3)))
    with counter.sessions.begin() as session:
        payment_id = session.scalars(select(Payment.id)).one()
        ticket = take_ticket(session, Payment, payment_id)
    with counter.sessions.begin() as session:
        session.get_one(Payment, payment_id).due_now()

    with counter.sessions.begin() as session:
        payment = session.get_one(Payment, payment_id, with_for_update=True)
        payment.done_with()
        payment.applied(ticket)

    with counter.sessions.begin() as session:
        due = claim(session, Payment, "another worker")
    assert due is not None, "nobody would look again before the next sweep"
