"""Orders that nobody pays, that are called off, or that are paid too late."""

import pytest

from storefront.cashier.settling import settle
from storefront.payments.payment import Payment
from storefront.stock.level import StockLevel, count
from tests.cashier.returns import returned
from tests.client import Client

OPENING = "POST /v1/checkout/sessions"


def stock_of(counter, variant):
    """On hand and held."""
    with counter.sessions() as session:
        level = session.get_one(StockLevel, variant)
        return level.on_hand, level.held


def test_b16_3ds_abandoned_is_released_at_expiry_without_a_letter(counter):
    tea = counter.sells(stock=3)
    reference = counter.checks_out(tea)
    answer = counter.pays(counter.page_of(reference), "4000002760003184")
    counter.work()
    assert answer["state"] == "authenticate"
    assert counter.order(reference).state == "open"
    assert stock_of(counter, tea) == (3, 1)

    counter.sandbox.advance(36 * 60)
    counter.work()

    assert counter.order(reference).state == "expired"
    assert stock_of(counter, tea) == (3, 0)
    assert counter.letters() == []
    assert "nothing was charged" in counter.reads(reference).lower()


def test_b18_an_intent_that_was_only_made_completes_nothing(counter):
    reference = counter.checks_out(counter.sells())
    counter.pays(counter.page_of(reference), "4000000000000002")
    counter.work()

    assert counter.at_stripe()[0]["status"] == "requires_payment_method"
    assert counter.order(reference).state == "open"


def test_an_order_without_a_page_ends_after_ten_minutes(counter):
    tea = counter.sells(stock=1)
    reference = counter.checks_out(tea)
    assert stock_of(counter, tea) == (1, 1)

    counter.sandbox.advance(11 * 60)
    counter.work()

    assert counter.order(reference).state == "expired"
    assert stock_of(counter, tea) == (1, 0)
    assert counter.letters() == []


def forgotten_page(counter, variant):
    """An order that ended here because Stripe's answer was lost, and the session that Stripe made for it all the same."""
    reference = counter.checks_out(variant)
    counter.sandbox.fault("cut_after", path=OPENING)
    assert counter.goes_to_pay(reference).status_code == 503
    counter.sandbox.fault("cut_before", path="*", times=None)
    counter.sandbox.advance(11 * 60)
    counter.work()
    assert counter.order(reference).state == "expired"
    assert stock_of(counter, variant)[1] == 0
    counter.sandbox.heal()
    return reference, counter.at_stripe("checkout/sessions")[0]["id"]


def test_b8_paid_wins_over_expired_and_stock_moves_once(counter):
    tea = counter.sells(stock=2)
    reference, session_id = forgotten_page(counter, tea)

    counter.pays(session_id)
    counter.work()

    assert counter.order(reference).state == "completed"
    assert stock_of(counter, tea) == (1, 0)
    assert len(counter.letters()) == 1


def test_b10_authorised_after_the_hold_ended_and_the_stock_is_gone(counter):
    tea = counter.sells(stock=1)
    reference, session_id = forgotten_page(counter, tea)
    with counter.sessions.begin() as session:
        count(session, tea, 0, "sold in the street")

    counter.pays(session_id)
    counter.work()

    assert [(intent["status"], intent["amount_received"]) for intent in counter.at_stripe()] == [("canceled", 0)]
    assert stock_of(counter, tea) == (0, 0)
    assert counter.order(reference).state == "expired"
    [letter] = counter.letters()
    assert "not charged" in letter["text"].lower() or "nothing was charged" in letter["text"].lower()


def test_b10_paid_at_once_after_the_stock_was_given_to_others_is_refunded_with_the_reason(open_counter):
    counter = open_counter(CAPTURE_POLICY="automatic")
    tea = counter.sells(stock=1)
    reference, session_id = forgotten_page(counter, tea)
    with counter.sessions.begin() as session:
        count(session, tea, 0, "sold in the street")

    counter.pays(session_id)
    counter.work()

    with counter.sessions.begin() as session:
        count(session, tea, 5, "a new delivery")
        payment = session.query(Payment).filter_by(session_id=session_id).one()
    settle(counter.till, payment.id)
    counter.work()

    assert counter.order(reference).state == "expired"
    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", 1740)]
    assert found.ledger == [("charge", 1740), ("refund", -1740)]
    assert stock_of(counter, tea) == (5, 0)
    page = counter.client.get(f"/orders/{reference}").words("main")
    assert "All that you paid was refunded" in page
    [letter] = counter.letters()
    assert "gone to somebody else" in letter["text"]


def test_b11_the_last_piece_and_two_payers(counter):
    tea = counter.sells(stock=1)
    counter.checks_out(tea)
    late = Client(counter.app)

    late.post("/cart/lines", {"variant": tea, "quantity": 1})
    answer = late.post("/checkout", {"country": "DE"}, status=409)

    assert stock_of(counter, tea) == (1, 1)
    assert "traceback" not in answer.get_data(as_text=True).lower()


@pytest.mark.parametrize("paid", [False, True])
def test_b9_cancelled_here_while_the_session_is_open(counter, paid):
    tea = counter.sells(stock=2)
    reference = counter.checks_out(tea)
    session_id = counter.page_of(reference)
    if paid:
        counter.sandbox.fault("drop", where="delivery", event="*", times=None)
        counter.pays(session_id)

    counter.client.post(f"/orders/{reference}/cancellation")
    counter.work()

    assert counter.order(reference).state == ("completed" if paid else "cancelled")
    assert stock_of(counter, tea) == (2, 0)
    assert counter.at_stripe("checkout/sessions")[0]["status"] == ("complete" if paid else "expired")
    assert [letter["subject"].split(" for")[0] for letter in counter.letters("receipt")] == [
        "[Test] Your receipt"
    ] * paid
    assert returned(counter).stripe == [("succeeded", 1740)] * paid, "it is paid, then refunded"
    assert len(counter.letters()) == (2 if paid else 0)


def test_a_hold_that_lapses_gives_the_stock_back(counter):
    tea = counter.sells(stock=1)
    reference = counter.checks_out(tea)
    session_id = counter.page_of(reference)
    counter.sandbox.fault("500_before", path="POST /v1/payment_intents/*/capture", times=None)
    counter.pays(session_id)
    counter.work()
    assert stock_of(counter, tea) == (1, 1)

    counter.sandbox.advance(7 * 24 * 3600 + 60)
    counter.sandbox.heal()
    counter.work()

    assert counter.at_stripe()[0]["status"] == "canceled"
    assert counter.order(reference).state == "expired"
    assert stock_of(counter, tea) == (1, 0)
    with counter.sessions() as session:
        assert session.query(Payment).one().state == "canceled"
