"""Paying by a new link: after a hold has lapsed, and for what was left out of a capture."""

import pytest

from tests.cashier.held import held, page_of, stock, taken
from tests.cashier.mira import PASSWORD, mira_at
from tests.cashier.returns import returned
from tests.cast import MIRA
from tests.client import Client

DAY = 24 * 3600


@pytest.fixture
def counter(open_counter):
    """Captured when the first parcel goes out."""
    return open_counter(CAPTURE_POLICY="on_shipping")


def mira_again(counter):
    """Signed in anew, as she must be after some days."""
    browser = Client(counter.app)
    browser.submit(browser.get("/backoffice/session"), "Sign in", email=MIRA, password=PASSWORD)
    return browser


def lapsed(counter, *variants):
    """An order whose hold nobody took in time."""
    mira_at(counter)
    reference = held(counter, *variants)
    counter.sandbox.advance(7 * DAY + 60)
    counter.work()
    assert (counter.order(reference).state, taken(counter)) == ("expired", [("canceled", 0)])
    return reference


def books(counter):
    result = counter.app.test_cli_runner().invoke(args=["books"])
    assert result.exit_code == 0, result.stdout


def ships(counter, mira, reference):
    mira.submit(page_of(counter, mira, reference), "Mark as shipped")
    counter.work()


def test_c10_a_lapsed_hold_is_authorised_anew_by_a_link_and_taken_once(counter):
    counter.sandbox.fault("drop", where="delivery", event="payment_intent.canceled", times=None)
    reference = lapsed(counter)
    mira, number = mira_again(counter), counter.order(reference).number
    desk = mira.get("/backoffice")

    for _ in range(2):
        mira.submit(desk, f"Ask to pay once more , order {number}")
    counter.work()
    [letter] = counter.letters("once more")
    assert f"/orders/{reference}" in letter["text"]
    assert "/pay/" not in letter["text"]
    assert stock(counter) == [(5, 1)]
    assert "Holds that lapsed" not in mira.get("/backoffice").text
    assert "asked the buyer by letter" in page_of(counter, mira, reference).text

    counter.sandbox.heal()
    late = [one for one in counter.sandbox.deliveries() if one["type"] == "payment_intent.canceled"][-1]
    counter.sandbox.resend(late["event"])
    counter.work()
    assert "Please pay once more" in counter.reads(reference), "an old event does not end what was opened again"

    first = counter.page_of(reference)
    assert counter.page_of(reference) == first
    counter.sandbox.advance(40 * 60)
    counter.work()
    assert stock(counter) == [(5, 1)], "a page that was left does not end the link"
    second = counter.page_of(reference)
    sessions = {one["id"]: one["status"] for one in counter.at_stripe("checkout/sessions")}
    assert (sessions[first], sessions[second]) == ("expired", "open")

    counter.pays(second)
    counter.work()
    assert taken(counter) == [("requires_capture", 0), ("canceled", 0)]
    ships(counter, mira_again(counter), reference)

    assert taken(counter) == [("succeeded", 1740), ("canceled", 0)]
    assert returned(counter).ledger == [("charge", 1740)]
    assert (stock(counter), counter.order(reference).fulfilment) == ([(4, 0)], "shipped")
    assert [len(counter.letters(word)) for word in ("receipt", "once more", "on its way")] == [1, 1, 1]
    books(counter)


def test_c10_a_link_for_what_is_gone_is_not_sent_and_one_that_nobody_pays_ends(counter):
    tea = counter.sells("Tea", stock=1)
    reference = lapsed(counter, tea)
    other = counter.checks_out(tea, client=Client(counter.app))
    mira = mira_again(counter)
    page = page_of(counter, mira, reference)

    assert "of Tea, 0 of 1 are there" in mira.submit(page, "Ask the buyer to pay once more", 409).get_data(as_text=True)
    counter.work()
    assert counter.order(reference).state == "expired"
    assert counter.letters("once more") == []

    counter.client.submit(counter.client.get(f"/orders/{other}"), "Cancel this order")
    counter.work()
    assert counter.order(other).state == "cancelled"
    mira.submit(page, "Ask the buyer to pay once more")
    counter.work()
    assert stock(counter) == [(1, 1)]
    counter.sandbox.advance(7 * DAY + 60)
    counter.work()

    assert (counter.order(reference).state, stock(counter)) == ("expired", [(1, 0)])
    assert counter.goes_to_pay(reference).headers["Location"].endswith(f"/orders/{reference}")
    mira = mira_again(counter)
    mira.submit(page_of(counter, mira, reference), "Ask the buyer to pay once more")
    counter.client.submit(counter.client.get(f"/orders/{reference}"), "Cancel this order")
    counter.work()
    assert (counter.order(reference).state, stock(counter)) == ("cancelled", [(1, 0)])
    assert len(counter.letters("once more")) == 2


def test_c14_what_was_left_out_is_paid_by_a_link_or_called_off(counter):
    mira = mira_at(counter)
    reference = held(counter, counter.sells("Tea", stock=5), counter.sells("Teapot", price=3000, stock=5), quantity=2)
    page = page_of(counter, mira, reference)
    pot = next(tag for tag in page.find_all("label") if tag.get_text().startswith("Teapot"))
    mira.submit(page, "Mark as shipped", **{pot["for"]: 0})
    counter.work()
    assert stock(counter) == [(3, 0), (5, 0)]

    page = page_of(counter, mira, reference)
    for _ in range(2):
        answer = mira.submit(page, "Ask the buyer to pay what was left out")
    counter.work()
    rest = mira.follow(answer)
    [letter] = counter.letters("left out of your order")
    assert "2 x Teapot" in letter["text"]
    assert "€60.00, without shipping" in letter["text"]
    assert stock(counter) == [(3, 0), (5, 2)]
    assert "can be paid now" in counter.reads(reference)
    reference_of_rest = letter["text"].split("/orders/")[1].split()[0]

    counter.pays(counter.page_of(reference_of_rest))
    counter.work()
    mira.submit(mira.get(rest.path), "Cancel and release the hold")
    counter.work()
    assert taken(counter) == [("canceled", 0), ("succeeded", 2990)], "called off before it was sent: only let go"
    assert stock(counter) == [(3, 0), (5, 0)]

    answer = mira.submit(page_of(counter, mira, reference), "Ask the buyer to pay what was left out")
    counter.work()
    reference_of_rest = counter.letters("left out of your order")[-1]["text"].split("/orders/")[1].split()[0]
    counter.pays(counter.page_of(reference_of_rest))
    counter.work()
    ships(counter, mira, reference_of_rest)

    assert taken(counter) == [("succeeded", 6000), ("canceled", 0), ("succeeded", 2990)]
    assert returned(counter).ledger == [("charge", 2990), ("charge", 6000)]
    assert (stock(counter), len(counter.letters("receipt"))) == ([(3, 0), (3, 0)], 2)
    assert "was paid with" in counter.reads(reference)
    assert "whose shipping you have paid" in counter.reads(reference_of_rest)
    assert page_of(counter, mira, reference).find("button", string="Ask the buyer to pay what was left out") is None
    books(counter)
