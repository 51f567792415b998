"""The way to Stripe's page: one payable session per order, whatever is clicked twice or goes wrong on the way."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from storefront.payments.command import StripeCommand
from storefront.payments.payment import Payment
from tests.cashier.returns import returned
from tests.cast import post_to

OPENING = "POST /v1/checkout/sessions"


def opened(counter):
    """The sessions that this shop has at Stripe, newest first."""
    return counter.at_stripe("checkout/sessions")


def test_b1_double_click_on_checkout_and_pay(counter):
    tea = counter.sells()
    counter.client.post("/cart/lines", {"variant": tea, "quantity": 1})

    references = {counter.client.post("/checkout", {"country": "DE"}).headers["Location"] for _ in range(2)}
    [reference] = [address.rsplit("/", 1)[-1] for address in references]
    with ThreadPoolExecutor(4) as clicks:
        pages = set(clicks.map(lambda _: counter.page_of(reference), range(4)))

    assert len(pages) == 1
    assert [session["id"] for session in opened(counter)] == [*pages]


def test_b2_back_and_pay_again_reuses_the_open_session(counter):
    reference = counter.checks_out(counter.sells())

    first = counter.page_of(reference)
    again = counter.checks_out()

    assert again == reference
    assert counter.page_of(reference) == first
    assert len(opened(counter)) == 1


def test_b2_a_changed_cart_expires_the_old_session_before_the_next(counter):
    tea = counter.sells("Tea")
    reference = counter.checks_out(tea)
    first = counter.page_of(reference)

    assert counter.checks_out(counter.sells("Teapot", price=3900)) == reference
    second = counter.page_of(reference)
    counter.work()

    states = {session["id"]: session["status"] for session in opened(counter)}
    assert states == {first: "expired", second: "open"}
    order = counter.order(reference)
    assert (order.state, order.expires_at) == ("open", None)
    counter.pays(second)
    counter.work()
    assert counter.order(reference).state == "completed"
    assert counter.at_stripe()[0]["amount_received"] == 1250 + 3900 + 490


def test_b2_a_changed_cart_whose_old_session_was_paid_a_moment_before(counter):
    reference = counter.checks_out(counter.sells("Tea"))
    first = counter.page_of(reference)
    counter.pays(first)

    counter.checks_out(counter.sells("Teapot"))
    answer = counter.goes_to_pay(reference)

    assert answer.headers["Location"].endswith(f"/orders/{reference}")
    assert len(opened(counter)) == 1


def test_b3_both_sessions_paid_automatically_and_the_second_payment_goes_back(open_counter):
    counter = open_counter(CAPTURE_POLICY="automatic")
    reference, first, second = two_payable_sessions(counter)

    counter.pays(first)
    counter.work()
    counter.pays(second)
    counter.work()

    assert sum(intent["amount_received"] for intent in counter.at_stripe()) == 2 * 1740
    assert returned(counter).stripe == returned(counter).ours == [("succeeded", 1740)]
    charges = {one["payment_intent"]: one["amount_refunded"] for one in counter.at_stripe("charges")}
    assert sorted(charges.values()) == [0, 1740]
    order = counter.order(reference)
    assert (order.state, order.attention) == ("completed", "")
    page = counter.client.get(f"/orders/{reference}").words("main")
    assert "The order was paid a second time" in page
    assert "Paid. Thank you!" in page
    [letter] = counter.letters("refunded")
    assert "already been paid" in letter["text"]
    assert len(counter.letters("receipt")) == 1


@pytest.fixture(params=["on_submit", "at_once"])
def session_intent(request, stripe_sandbox):
    """Both answers to what is not known of Stripe: has a session its intent when the buyer submits, or from the start?"""
    address = f"{stripe_sandbox.url}/_sandbox/variants"
    requests.post(address, json={"session_intent": request.param}, timeout=60).raise_for_status()
    yield
    requests.post(address, json={"session_intent": "on_submit"}, timeout=60).raise_for_status()


@pytest.mark.usefixtures("session_intent")
def test_b3_the_second_hold_is_released_before_any_money_moves(counter):
    reference, first, second = two_payable_sessions(counter)

    counter.pays(first)
    counter.pays(second)
    counter.work()

    assert sorted((intent["status"], intent["amount_received"]) for intent in counter.at_stripe()) == [
        ("canceled", 0),
        ("succeeded", 1740),
    ]
    assert counter.order(reference).state == "completed"
    assert len(counter.letters()) == 1


def two_payable_sessions(counter):
    """An order whose first session was forgotten here, as after a restore from a backup, but not at Stripe."""
    reference = counter.checks_out(counter.sells())
    first = counter.page_of(reference)
    with counter.sessions.begin() as session:
        session.query(Payment).update({"state": "failed", "next_try": None})
    second = counter.page_of(reference)
    assert first != second
    return reference, first, second


def test_b13_a_command_that_waited_too_long_gets_a_new_end(counter):
    reference = counter.checks_out(counter.sells())
    counter.sandbox.fault("500_before", path=OPENING)
    assert counter.goes_to_pay(reference).status_code == 503

    counter.sandbox.advance(8 * 60)
    session_id = counter.page_of(reference)

    [session] = opened(counter)
    assert session["id"] == session_id
    assert session["expires_at"] - session["created"] >= 30 * 60


def test_b19_too_small_an_amount_is_said_clearly_and_stays_open(counter):
    tea = counter.sells("A leaf", price=20, stock=5)
    with counter.sessions.begin() as session:
        post_to(session, "DE", amount=0)
    counter.client.post("/cart/lines", {"variant": tea, "quantity": 1})

    answer = counter.client.post("/checkout", {"country": "DE"}, status=409)

    assert "less than can be paid" in answer.get_data(as_text=True)
    assert opened(counter) == []
    counter.client.post("/cart/lines", {"variant": tea, "quantity": 3})
    assert counter.client.post("/checkout", {"country": "DE"}).headers["Location"].startswith("/pay/")


def test_c1_a_reply_lost_after_the_effect_finds_the_same_session(counter):
    reference = counter.checks_out(counter.sells())
    counter.sandbox.fault("cut_after", path=OPENING)

    assert counter.goes_to_pay(reference).status_code == 503
    session_id = counter.page_of(reference)

    assert [session["id"] for session in opened(counter)] == [session_id]
    with counter.sessions() as session:
        [command] = session.query(StripeCommand)
    assert command.idempotency_key.endswith("_attempt_1")


def test_c2_a_key_used_with_other_parameters_is_a_fault_of_ours_and_kept(counter):
    reference = counter.checks_out(counter.sells())
    counter.sandbox.fault("cut_after", path=OPENING)
    counter.goes_to_pay(reference)
    with counter.sessions.begin() as session:
        command = session.query(StripeCommand).one()
        command.parameters = {**command.parameters, "client_reference_id": "another"}

    assert counter.goes_to_pay(reference).status_code == 409

    with counter.sessions() as session:
        command = session.query(StripeCommand).one()
    assert (command.state, command.attempt) == ("failed", 1)
    assert counter.order(reference).state == "open"
    assert counter.letters() == []


def test_c3_the_same_key_at_the_same_time(counter):
    reference = counter.checks_out(counter.sells())
    counter.sandbox.fault("slow", path=OPENING, seconds=0.6)

    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(lambda _: counter.goes_to_pay(reference), range(4)))

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(opened(counter)) == 1


def test_c6_a_stored_500_is_read_up_and_then_tried_under_a_new_key(counter):
    reference = counter.checks_out(counter.sells())
    counter.sandbox.fault("500_before", path=OPENING, kept=True)

    statuses = [counter.goes_to_pay(reference).status_code for _ in range(3)]

    assert statuses[-1] == 303, statuses
    assert len(opened(counter)) == 1


def test_c8_stripe_down_keeps_the_order_and_says_try_later(counter):
    reference = counter.checks_out(counter.sells())
    counter.sandbox.fault("cut_before", path="*", times=None)

    page = counter.goes_to_pay(reference)

    assert page.status_code == 503
    assert "nothing was charged" in page.text.lower()
    assert counter.order(reference).state == "open"
    counter.sandbox.heal()
    counter.pays(counter.page_of(reference))
    counter.work()
    assert counter.order(reference).state == "completed"


def test_an_order_that_is_over_leads_to_its_page(counter):
    reference = counter.buys(counter.sells())

    assert counter.goes_to_pay(reference).headers["Location"] == f"{counter.url}/orders/{reference}"
    assert counter.goes_to_pay("unknown-reference").status_code == 404
