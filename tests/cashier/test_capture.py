"""Capture: once, whatever is asked twice, lost or refused."""

from concurrent.futures import ThreadPoolExecutor

import requests

from storefront.cashier.commands import carry_out
from storefront.inbox.event import StripeEvent
from storefront.payments.command import StripeCommand, Verb
from storefront.payments.ledger import LedgerEntry
from storefront.payments.payment import Payment

CAPTURING = "POST /v1/payment_intents/*/capture"


def authorised(counter, **fault):
    """An order whose card is authorised and whose capture meets a fault."""
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    if fault:
        counter.sandbox.fault(path=CAPTURING, **fault)
    counter.pays(session_id)
    return reference


def captures(counter):
    intent = counter.at_stripe()[0]["id"]
    calls = counter.sandbox.requests()
    return [call["status"] for call in calls if call["path"] == f"/v1/payment_intents/{intent}/capture"]


def one_capture(counter, reference):
    """The money was taken once, and everything says so."""
    assert counter.order(reference).state == "completed"
    assert [intent["amount_received"] for intent in counter.at_stripe()] == [1740]
    with counter.sessions() as session:
        assert [entry.amount for entry in session.query(LedgerEntry)] == [1740]
    assert len(counter.letters()) == 1


def retried(counter):
    """Everything waits for its next try no longer."""
    counter.sandbox.heal()
    counter.sandbox.advance(20 * 60)
    counter.work()


def test_c1_a_lost_answer_to_a_capture(counter):
    reference = authorised(counter, do="cut_after")
    counter.work()
    retried(counter)

    one_capture(counter, reference)


def test_c3_409_429_and_500_are_tried_again_with_the_same_key(counter):
    reference = authorised(counter, do="429", times=2)
    counter.work()
    counter.sandbox.fault("500_before", path=CAPTURING)
    counter.sandbox.advance(20 * 60)
    counter.work()
    retried(counter)

    one_capture(counter, reference)
    with counter.sessions() as session:
        capture = session.query(StripeCommand).filter_by(verb=Verb.CAPTURE).one()
    assert capture.attempt == 1


def test_c6_a_stored_500_to_a_capture_is_read_up(counter):
    reference = authorised(counter, do="500_after")
    counter.work()
    retried(counter)

    one_capture(counter, reference)


def test_c15_captured_by_two_at_the_same_time(counter):
    reference = authorised(counter, do="cut_before")
    counter.work()
    with counter.sessions() as session:
        capture = session.query(StripeCommand).filter_by(verb=Verb.CAPTURE).one()

    with ThreadPoolExecutor(3) as hands:
        list(hands.map(lambda _: carry_out(counter.till, capture), range(3)))
    retried(counter)

    one_capture(counter, reference)


def test_c9_c15_captured_in_the_dashboard_first(counter):
    reference = authorised(counter, do="cut_before")
    counter.work()
    intent = counter.at_stripe()[0]["id"]
    key = counter.till.settings.stripe_secret_key
    by_hand = requests.post(f"{counter.sandbox.url}/v1/payment_intents/{intent}/capture", auth=(key, ""), timeout=60)
    assert by_hand.status_code == 200

    retried(counter)

    one_capture(counter, reference)


def test_a_refused_capture_is_shown_to_the_merchant(counter):
    reference = authorised(counter, do="cut_before")
    counter.work()
    intent = counter.at_stripe()[0]["id"]
    key = counter.till.settings.stripe_secret_key
    requests.post(f"{counter.sandbox.url}/v1/payment_intents/{intent}/cancel", auth=(key, ""), timeout=60)

    retried(counter)

    order = counter.order(reference)
    assert order.state == "expired"
    assert counter.letters("receipt") == []
    assert len(counter.letters("not charged")) == 1
    with counter.sessions() as session:
        assert session.query(Payment).one().state == "canceled"
        assert session.query(LedgerEntry).count() == 0


def test_c4_a_key_that_stripe_may_have_forgotten_is_read_up_first(counter):
    reference = authorised(counter, do="cut_after")
    counter.work()
    counter.sandbox.fault("cut_before", path="*", times=None)
    counter.sandbox.advance(26 * 3600)
    counter.work()
    retried(counter)

    one_capture(counter, reference)
    assert captures(counter) == [200], "Stripe was read, and not told again"


def test_c7_too_many_requests_cost_only_time(counter):
    """Stripe says 429 to everything for an hour: pauses grow, no attempt is counted, and nothing is half done."""
    reference = authorised(counter)
    counter.sandbox.fault("429", path="*", times=None)
    seen = len(counter.sandbox.requests())
    asked = []
    for minute in range(64):
        counter.work()
        counter.sandbox.advance(60)
        if minute % 32 == 31:
            asked.append(len(counter.sandbox.requests(seen)))

    assert asked[1] - asked[0] < asked[0] / 2, f"{asked} requests in half and the whole of an hour"
    with counter.sessions() as session:
        assert session.query(LedgerEntry).count() == 0
        assert session.query(StripeEvent).filter_by(state="failed").count() == 0
        assert {event.attempts for event in session.query(StripeEvent)} == {0}
    assert counter.letters() == []
    retried(counter)

    one_capture(counter, reference)
