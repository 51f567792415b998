"""Captures that wait for others: Stripe's review, and banks that take their time."""

import pytest
import requests

from tests.cashier.held import by_hand, held, page_of, stock, taken
from tests.cashier.mira import mira_at

RISKY = "4000000000009235"


@pytest.fixture
def counter(open_counter):
    return open_counter(CAPTURE_POLICY="on_shipping")


@pytest.mark.parametrize("policy", ["on_stock_check", "on_shipping"])
def test_a_payment_in_review_is_not_captured_before_it_closes_well(open_counter, policy):
    counter = open_counter(CAPTURE_POLICY=policy)
    mira = mira_at(counter)
    reference = held(counter, card=RISKY)
    assert taken(counter) == [("requires_capture", 0)]
    assert "reviewed" in counter.reads(reference)
    page = page_of(counter, mira, reference)
    assert "In review" in page.words("h1")
    assert page.find("button", string="Capture") is None
    assert page.find("button", string="Mark as shipped") is None
    token = page.select_one("input[name=csrf_token]")["value"]
    mira.post(f"/backoffice/orders/{counter.order(reference).number}/captures", {"csrf_token": token}, 409)

    review = counter.at_stripe()[0]["review"]
    by_hand(counter, f"reviews/{review}/approve")
    counter.work()

    if policy == "on_stock_check":
        assert taken(counter) == [("succeeded", 1740)]
        assert len(counter.letters("receipt")) == 1
    else:
        assert taken(counter) == [("requires_capture", 0)]
        assert "taken when we send" in counter.reads(reference)


def test_a_refused_review_releases(counter):
    reference = held(counter, card=RISKY)

    by_hand(counter, f"payment_intents/{counter.at_stripe()[0]['id']}/cancel?cancellation_reason=fraudulent")
    counter.work()

    assert counter.order(reference).state == "expired"
    assert stock(counter) == [(5, 0)]
    assert counter.letters("receipt") == []


@pytest.fixture
def debited(counter):
    """`debited(iban)`: an order that was paid by SEPA debit; the account decides what comes of it."""
    variants = f"{counter.sandbox.url}/_sandbox/variants"
    requests.post(variants, json={"dynamic_methods": "card_and_sepa_debit"}, timeout=60).raise_for_status()

    def pay(iban):
        reference = counter.checks_out(counter.sells("Tea", stock=5))
        counter.pays(counter.page_of(reference), "", method="sepa_debit", iban=iban, holder="Ada Field")
        counter.work()
        return reference

    yield pay
    requests.post(variants, json={"dynamic_methods": "card"}, timeout=60).raise_for_status()


def test_b14_sepa_waits_for_the_bank_and_is_sent_when_it_paid(counter, debited):
    reference = debited("AT321904300235473204")
    assert "bank is processing" in counter.reads(reference)
    assert (counter.order(reference).state, counter.order(reference).to_ship) == ("open", 0)
    assert stock(counter) == [(5, 1)]
    assert counter.letters() == []

    counter.sandbox.advance(200)
    counter.work()

    assert (counter.order(reference).state, counter.order(reference).to_ship) == ("completed", 1)
    assert stock(counter) == [(4, 0)]
    assert len(counter.letters("receipt")) == 1


def test_b14_sepa_that_the_bank_refuses_gives_the_stock_back(counter, debited):
    reference = debited("AT861904300235473202")

    counter.sandbox.advance(10)
    counter.work()

    assert (counter.order(reference).state, counter.order(reference).to_ship) == ("expired", 0)
    assert stock(counter) == [(5, 0)]
    assert counter.letters("receipt") == []
    assert "bank did not carry out the payment" in counter.reads(reference)
