"""Orders that nobody pays, that are called off, or that are paid too late."""

import pytest

from storefront.cashier.commands import carry_out_one
from storefront.cashier.settling import settle
from storefront.payments.command import StripeCommand, Verb
from storefront.payments.payment import Payment
from storefront.stock.level import StockLevel, count
from tests.cashier.returns import returned
from tests.client import Client

OPENING = "POST /v1/checkout/sessions"
CAPTURING = "POST /v1/payment_intents/*/capture"


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


@pytest.mark.parametrize(
    ("card", "policy"), [("", "on_stock_check"), ("held", "on_stock_check"), ("paid", "automatic")]
)
def test_b9_cancelled_here_while_the_session_is_open(open_counter, card, policy):
    counter = open_counter(CAPTURE_POLICY=policy)
    tea = counter.sells(stock=2)
    reference = counter.checks_out(tea)
    session_id = counter.page_of(reference)
    if card:
        counter.sandbox.fault("drop", where="delivery", event="*", times=None)
        counter.pays(session_id)

    counter.client.submit(counter.client.get(f"/orders/{reference}"), "Cancel this order")
    assert counter.order(reference).state == "open", "nothing is cancelled before Stripe says so"
    assert stock_of(counter, tea) == (2, 1)
    paid = card == "paid"
    if paid:  # elsewhere nobody comes by: the cancellation alone closes the page
        assert counter.goes_to_pay(reference).headers["Location"].endswith(f"/orders/{reference}")
    counter.work()

    assert counter.order(reference).state == ("completed" if paid else "cancelled")
    assert stock_of(counter, tea) == (2, 0)
    assert counter.at_stripe("checkout/sessions")[0]["status"] == ("complete" if card else "expired")
    taken = {"": [("canceled", 0)], "held": [("canceled", 0)], "paid": [("succeeded", 1740)]}[card]
    left = [("requires_payment_method", 0)]  # an intent that Stripe leaves behind with a closed page
    assert [(one["status"], one["amount_received"]) for one in counter.at_stripe()] in ([], left, taken)
    assert returned(counter).stripe == [("succeeded", 1740)] * paid, "only what is paid is refunded"
    subjects = {"": [], "held": ["was cancelled"], "paid": ["receipt", "refunded"]}[card]
    assert len(counter.letters()) == len(subjects) == sum(bool(counter.letters(word)) for word in subjects)


@pytest.mark.parametrize("sent", [False, True])
def test_c9_cancelled_while_a_capture_waits_for_stripe(counter, sent):
    """`sent`: the capture was carried out, and its answer never came back."""
    tea = counter.sells(stock=2)
    reference = counter.checks_out(tea)
    counter.sandbox.fault("cut_before", path=CAPTURING, times=None)
    counter.pays(counter.page_of(reference))
    counter.work()
    if sent:
        counter.sandbox.heal()
        counter.sandbox.fault("drop", where="delivery", event="*", times=None)
        counter.sandbox.fault("cut_after", path=CAPTURING)
        counter.sandbox.advance(60)
        assert carry_out_one(counter.till)
    with counter.sessions() as session:
        assert session.query(StripeCommand).filter_by(verb=Verb.CAPTURE).one().state == "pending"

    counter.client.submit(counter.client.get(f"/orders/{reference}"), "Cancel this order")
    counter.sandbox.heal()
    counter.sandbox.advance(3600)
    counter.work()

    assert counter.order(reference).state == ("completed" if sent else "cancelled")
    status = ("succeeded", 1740) if sent else ("canceled", 0)
    assert [(one["status"], one["amount_received"]) for one in counter.at_stripe()] == [status]
    assert returned(counter).stripe == [("succeeded", 1740)] * sent
    assert stock_of(counter, tea) == (2, 0)


def test_a_hold_that_lapses_gives_the_stock_back(counter):
    tea = counter.sells(stock=1)
    reference = counter.checks_out(tea)
    session_id = counter.page_of(reference)
    counter.sandbox.fault("500_before", path=CAPTURING, times=None)
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
