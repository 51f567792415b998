"""Refunds from Mira's form to Ada's letter: once, never more than was received, and what Stripe says in the end."""

import pytest

from tests.cashier.mira import mira_at
from tests.cashier.postbag import deliver, events_of, hold_back
from tests.cashier.returns import at_dashboard, bought, line_fields, order_page, refund, returned, shelf

PENDING, FAILS_LATER = "4000000000007726", "4000000000005126"


def sentences(counter, reference):
    return counter.client.get(f"/orders/{reference}").words("main")


def test_all_of_it(counter):
    reference = bought(counter, counter.sells("Tea", price=1250), quantity=2)
    mira = mira_at(counter)

    refund(counter, mira, reference)
    counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", 2990)]
    assert found.charge == [2990]
    assert found.ledger == [("charge", 2990), ("refund", -2990)]
    assert "Refunded: €29.90" in sentences(counter, reference)
    assert "5 to 10 business days" in sentences(counter, reference)
    [letter] = counter.letters("refunded")
    assert "€29.90" in letter["text"]
    page = order_page(counter, mira, reference).words("main")
    assert "Stripe confirmed the refund of €29.90." in page
    assert "Refund of €29.90 asked for." in page


def test_one_piece_is_refunded_and_put_back_once(counter):
    tea = counter.sells("Tea", price=1250, stock=10)
    reference = bought(counter, tea, quantity=3)
    mira = mira_at(counter)

    refund(counter, mira, reference, **line_fields(counter, reference, 2, back=1), shipping="1.90")
    counter.work()
    for event in counter.sandbox.deliveries():
        counter.sandbox.resend(event["event"])
    counter.work()

    assert returned(counter).stripe == [("succeeded", 2690)]
    assert shelf(counter, tea) == (8, 0)
    assert len(counter.letters("refunded")) == 1
    rest = order_page(counter, mira, reference).words("main")
    assert "pieces to refund, of 1" in rest
    assert "at most €3.00" in rest


def test_c5_two_equal_partial_refunds_are_two(counter):
    reference = bought(counter, counter.sells(), quantity=2)
    mira = mira_at(counter)

    for _ in range(2):
        refund(counter, mira, reference, amount="5.00")
        counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", 500), ("succeeded", 500)]
    assert found.charge == [1000]
    assert len(counter.letters("refunded")) == 2


@pytest.mark.parametrize("do", ["500_before", "500_after", "cut_before", "cut_after", "429"])
def test_c6_a_refund_that_stripe_stumbled_over_happens_once(counter, do):
    reference = bought(counter, counter.sells(), quantity=2)
    mira = mira_at(counter)

    counter.sandbox.fault(do, where="request", path="POST /v1/refunds", times=1)
    refund(counter, mira, reference, amount="5.00")
    for _ in range(3):
        counter.work()
        counter.sandbox.advance(60)
    counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", 500)]
    assert found.ledger[1:] == [("refund", -500)]
    assert len(counter.letters("refunded")) == 1


def test_d1_a_refund_that_fails_days_later_goes_back(counter):
    reference = bought(counter, counter.sells("Tea", price=1250), card=FAILS_LATER)
    mira = mira_at(counter)
    refund(counter, mira, reference)
    counter.work()
    assert "All that you paid was refunded" in sentences(counter, reference)

    counter.sandbox.advance(200)
    counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("failed", 1740)]
    assert found.ledger == [("charge", 1740), ("refund", -1740), ("refund_failure", 1740)]
    assert "All that you paid was refunded" not in sentences(counter, reference)
    assert "did not arrive" in sentences(counter, reference)
    page = order_page(counter, mira, reference).words("main")
    assert "The refund of €17.40 failed" in page
    assert "This order needs a look" in page
    assert "Refund up to €17.40" in page


def test_d2_a_pending_refund_is_on_its_way_and_not_yet_returned(counter):
    tea = counter.sells("Tea", price=1250, stock=10)
    reference = bought(counter, tea, card=PENDING)
    mira = mira_at(counter)
    refund(counter, mira, reference, **line_fields(counter, reference, 1, back=1))
    counter.work()

    assert returned(counter).stripe == returned(counter).ours == [("pending", 1250)]
    assert returned(counter).ledger == [("charge", 1740)]
    assert "Refund on its way: €12.50" in sentences(counter, reference)
    page = order_page(counter, mira, reference).words("main")
    assert "€12.50 more on its way" in page
    [letter] = counter.letters("on its way")
    assert "5 to 10 business days" in letter["text"]
    assert shelf(counter, tea) == (10, 0)

    counter.sandbox.advance(200)
    counter.work()

    assert returned(counter).ours == [("succeeded", 1250)]
    assert returned(counter).ledger == [("charge", 1740), ("refund", -1250)]
    assert shelf(counter, tea) == (10, 0)
    assert counter.letters("refunded") == []


def test_d2_a_pending_refund_is_looked_at_without_any_event(counter):
    reference = bought(counter, counter.sells(), card=PENDING)
    refund(counter, mira_at(counter), reference)
    hold_back(counter)
    counter.work()
    assert returned(counter).ours == [("pending", 1740)]

    counter.sandbox.advance(3700)
    counter.work()

    assert returned(counter).ours == [("succeeded", 1740)]


def test_d3_a_refund_of_the_dashboard_appears_once(counter):
    reference = bought(counter, counter.sells())
    [intent] = counter.at_stripe()

    at_dashboard(counter, intent["id"], amount=400)
    counter.work()
    for event in counter.sandbox.deliveries():
        counter.sandbox.resend(event["event"])
    counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", 400)]
    assert found.ledger == [("charge", 1740), ("refund", -400)]
    assert len(counter.letters("refunded")) == 1
    assert "by Stripe's Dashboard" in order_page(counter, mira_at(counter), reference).words("main")
    assert "Refunded: €4.00" in sentences(counter, reference)


@pytest.mark.parametrize("lost", ["refund.*", "charge.*"])
def test_d3_one_kind_of_event_of_a_dashboard_refund_is_enough(counter, lost):
    bought(counter, counter.sells())
    [intent] = counter.at_stripe()

    counter.sandbox.fault("drop", where="delivery", event=lost, times=None)
    at_dashboard(counter, intent["id"], amount=400)
    counter.work()

    assert returned(counter).ours == [("succeeded", 400)]
    assert returned(counter).ledger[1:] == [("refund", -400)]


def test_d4_the_webhook_comes_before_the_answer(counter):
    reference = bought(counter, counter.sells())
    mira = mira_at(counter)

    counter.sandbox.fault("cut_after", where="request", path="POST /v1/refunds", times=1)
    refund(counter, mira, reference, amount="5.00")
    counter.work()
    assert returned(counter).ours == [("succeeded", 500)]
    counter.sandbox.advance(60)
    counter.work()

    assert returned(counter).stripe == returned(counter).ours == [("succeeded", 500)]
    assert len(counter.letters("refunded")) == 1


def test_d5_an_older_refund_that_fails_is_taken_back_alone(counter):
    reference = bought(counter, counter.sells(price=1250), card=FAILS_LATER)
    mira = mira_at(counter)
    refund(counter, mira, reference, amount="3.00")
    counter.work()
    counter.sandbox.advance(100)
    refund(counter, mira, reference, amount="2.00")
    counter.work()

    counter.sandbox.advance(100)
    counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("failed", 300), ("succeeded", 200)]
    assert sum(amount for _, amount in found.ledger) == 1740 - 200
    assert found.charge in ([200], [500]), "as Stripe has it: a refund that fails may stay counted there"


def test_d7_two_staff_at_once_and_the_loser_sees_why(counter):
    reference = bought(counter, counter.sells(price=1250))
    mira = mira_at(counter)
    hers, also_hers = order_page(counter, mira, reference), order_page(counter, mira, reference)

    mira.submit(hers, "Refund")
    answer = mira.submit(also_hers, "Refund", 409)
    over = mira.post(f"/backoffice/orders/{counter.order(reference).number}/refunds", token(hers, amount="1"), 409)
    counter.work()

    assert "Mira refunded €17.40; €0.00 is left" in answer.get_data(as_text=True)
    assert "Nothing is left to refund. Mira refunded €17.40" in over.get_data(as_text=True).replace("&#39;", "'")
    assert returned(counter).stripe == [("succeeded", 1740)]


def test_d9_what_stripe_refuses_is_shown_and_nothing_is_recorded_as_refunded(counter):
    """The Dashboard was faster and its events are lost: Stripe says no, and the list tells why."""
    reference = bought(counter, counter.sells(price=1250))
    mira = mira_at(counter)
    [intent] = counter.at_stripe()
    hold_back(counter)
    at_dashboard(counter, intent["id"])

    refund(counter, mira, reference)
    counter.work()

    found = returned(counter)
    assert found.stripe == [("succeeded", 1740)]
    assert found.ours == [("failed", 1740), ("succeeded", 1740)]
    assert found.ledger == [("charge", 1740), ("refund", -1740)]
    page = order_page(counter, mira, reference).words("main")
    assert "Stripe refused to refund €17.40" in page
    assert "already been refunded" in page


def test_f3_charge_refunded_again_and_again_is_one_letter(counter):
    """Each event looks at the refund once more; a redelivered one changes nothing at all."""
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    counter.work()
    hold_back(counter)
    refund(counter, mira_at(counter), reference, amount="5.00")
    counter.work(deliver=False)
    assert len(counter.letters("refunded")) == 1

    told = [event for event in events_of(counter, session_id) if "refund" in event["type"]]
    assert {"refund.created", "charge.refunded"} <= {event["type"] for event in told}
    for event in told * 2:
        assert deliver(counter, event) == 200
        counter.work(deliver=False)

    assert len(counter.letters("refunded")) == 1


def test_c4_a_refund_is_not_made_again_under_a_key_that_stripe_forgot(counter):
    reference = bought(counter, counter.sells())
    hold_back(counter)
    counter.sandbox.fault("cut_after", path="POST /v1/refunds")
    refund(counter, mira_at(counter), reference, amount="5.00")
    counter.work(deliver=False)
    counter.sandbox.fault("cut_before", path="*", times=None)
    counter.sandbox.advance(26 * 3600)
    counter.work(deliver=False)
    counter.sandbox.heal()
    counter.sandbox.advance(20 * 60)
    counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", 500)]


def token(page, **fields):
    return {"csrf_token": page.select_one("input[name=csrf_token]")["value"], **fields}
