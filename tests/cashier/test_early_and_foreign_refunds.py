"""Refunds that are told before their payment, holds that Stripe calls refunded, and marks of ours on what is not ours."""

import pytest

from tests.cashier.disputed import books_agree
from tests.cashier.evidence import evidence
from tests.cashier.held import by_hand, held, stock, taken
from tests.cashier.mira import mira_at
from tests.cashier.postbag import deliver, events_of, hold_back
from tests.cashier.returns import at_dashboard, returned
from tests.cashier.test_events_of_others import sold_by_another_app

REFUND_FIRST = ("refund.created", "charge.refunded")


@pytest.fixture
def holds_released_as_refunds(stripe_sandbox):
    """Stripe marks the charge of a hold that is let go as refunded, says so, and lists a refund that moved nothing."""
    stripe_sandbox.chooses(cancel_of_hold="refund")
    yield
    stripe_sandbox.chooses(cancel_of_hold="quiet")


@pytest.mark.parametrize("amount", [1740, 500])
def test_a6_the_refund_is_told_before_the_payment(open_counter, amount):
    counter = open_counter(CAPTURE_POLICY="automatic")
    hold_back(counter)
    reference = counter.checks_out(counter.sells(stock=10))
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    at_dashboard(counter, counter.at_stripe()[0]["id"], amount=amount)
    told = events_of(counter, session_id)

    for event in sorted(told, key=lambda event: event["type"] not in REFUND_FIRST):
        assert deliver(counter, event) == 200
        counter.work(deliver=False)

    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", amount)]
    assert found.ledger == [("charge", 1740), ("refund", -amount)]
    seen = evidence(counter, reference)
    assert (seen.sales, seen.told.count("order.completed")) == (1, 1)
    assert len(counter.letters("receipt")) == len(counter.letters("refunded")) == 1
    full = amount == 1740
    assert ("Refunded" in seen.heading) is full
    assert ("Paid" in seen.heading) is not full
    number = counter.order(reference).number
    assert mira_at(counter).get(f"/backoffice/orders/{number}").words("main").count("Stripe confirmed the refund") == 1


@pytest.mark.usefixtures("holds_released_as_refunds")
def test_c12_a_hold_that_is_let_go_is_no_refund(counter):
    counter.sandbox.fault("cut_before", path="POST /v1/payment_intents/*/capture", times=1)
    reference = held(counter)
    by_hand(counter, f"payment_intents/{counter.at_stripe()[0]['id']}/cancel")
    counter.work()

    assert taken(counter) == [("canceled", 0)]
    found = returned(counter)
    assert found.stripe == [("succeeded", 1740)]
    assert (found.charge, found.ours, found.ledger) == ([1740], [], [])
    assert books_agree(counter) == 0
    assert counter.letters("refund") == []
    assert stock(counter) == [(5, 0)]
    page = counter.client.get(f"/orders/{reference}").words("main")
    assert "nothing was charged" in page.lower()
    assert "Refund" not in page


def test_f6_our_marks_on_somebody_elses_payment_pay_nothing(counter):
    """Another program of the account copies our metadata: the payment that they name has a session of its own."""
    reference = counter.checks_out(counter.sells(stock=5))
    counter.page_of(reference)
    number = counter.order(reference).number
    [mine] = counter.at_stripe("checkout/sessions")
    before = evidence(counter, reference)

    sold_by_another_app(counter, **mine["metadata"])
    counter.work()

    after = evidence(counter, reference)
    assert (after.state, after.ledger, after.shelf, after.letters) == ("open", [], before.shelf, 0)
    assert "Paid" not in after.heading
    assert "Paid" not in mira_at(counter).get(f"/backoffice/orders/{number}").words("h1")
    result = counter.app.test_cli_runner().invoke(args=["books"])
    assert result.exit_code == 1
    assert number in result.output, "the stranger's money is named to a person"
