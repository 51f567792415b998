"""Captured when shipped, by hand, in review, in time or too late: the money that waits on the card."""

import pytest

from storefront.catalog.product import Product
from storefront.payments.command import StripeCommand, Verb
from storefront.staff.member import add_member
from tests.cashier.held import by_hand, held, page_of, stock, taken
from tests.cashier.mira import PASSWORD, mira_at
from tests.cashier.returns import returned
from tests.cast import MIRA
from tests.client import Client

DAY = 24 * 3600


@pytest.fixture
def counter(open_counter):
    """Captured when the first parcel goes out."""
    return open_counter(CAPTURE_POLICY="on_shipping")


@pytest.fixture
def mira(counter):
    return mira_at(counter)


def test_the_first_parcel_takes_the_money_of_its_lines_and_leaves_out_the_others(counter, mira):
    reference = held(counter, counter.sells("Tea", price=1250, stock=5), counter.sells("Teapot", price=3000, stock=5))
    assert taken(counter) == [("requires_capture", 0)]
    assert stock(counter) == [(5, 1), (5, 1)]
    assert counter.letters() == []
    assert "taken when we send" in counter.reads(reference)
    page = page_of(counter, mira, reference)
    assert counter.order(reference).number in mira.get("/backoffice/orders?status=to_ship").text
    pot = next(tag for tag in page.find_all("label") if tag.get_text().startswith("Teapot"))

    for _ in range(2):
        mira.submit(page, "Mark as shipped", **{pot["for"]: 0, "carrier": "DHL", "tracking_number": "JD1"})
    assert counter.letters() == []
    counter.work()

    assert taken(counter) == [("succeeded", 1250 + 490)]
    assert stock(counter) == [(4, 0), (5, 0)]
    assert counter.order(reference).fulfilment == "shipped"
    assert len(counter.letters("receipt")) == 1
    [shipped] = counter.letters("on its way")
    assert "tracking-id=JD1" in shipped["text"]
    [missing] = counter.letters("not everything")
    assert "1 x Teapot" in missing["text"]
    assert "Charged: €17.40" in counter.reads(reference)
    with counter.sessions() as session:
        assert session.query(StripeCommand).filter_by(verb=Verb.CAPTURE).count() == 1


def test_a_parcel_whose_money_is_gone_is_not_sent(counter, mira):
    reference = held(counter)
    page = page_of(counter, mira, reference)
    intent = counter.at_stripe()[0]["id"]
    counter.sandbox.fault("drop", where="delivery", event="*", times=None)
    by_hand(counter, f"payment_intents/{intent}/cancel")

    mira.submit(page, "Mark as shipped")
    counter.work()

    assert counter.order(reference).state == "expired"
    assert counter.order(reference).shipped == 0
    assert counter.letters("on its way") == []
    assert stock(counter) == [(5, 0)]
    mira.submit(page, "Mark as shipped", 409)


def test_captured_by_one_click_at_the_desk_then_shipped_in_parts(counter, mira):
    reference = held(counter, quantity=2)
    desk = mira.get("/backoffice")
    number = counter.order(reference).number
    assert "6 days, 23 hours" in desk.words("main")

    mira.submit(desk, f"Capture order {number}")
    mira.submit(desk, f"Capture order {number}", 409)
    counter.work()

    assert taken(counter) == [("succeeded", 2 * 1250 + 490)]
    assert "Money on hold" not in [tag.get_text() for tag in mira.get("/backoffice").find_all("h2")]
    page = page_of(counter, mira, reference)
    tea = next(tag for tag in page.find_all("label") if tag.get_text().startswith("Tea"))
    mira.submit(page, "Mark as shipped", **{tea["for"]: 1})
    counter.work()
    assert counter.order(reference).fulfilment == "partly"


def test_c13_the_amount_can_go_down_and_never_up(counter, mira):
    reference = held(counter)
    page = page_of(counter, mira, reference)
    for odd in ("17.41", "0", "-1", "ten", "1.234", "1e9"):
        mira.submit(page, "Capture", 409, amount=odd)

    mira.submit(page, "Capture", amount="10.00")
    counter.work()

    assert taken(counter) == [("succeeded", 1000)]
    assert "Charged: €10.00" in counter.reads(reference)
    assert "Charged: €10.00" in counter.letters("receipt")[0]["text"]
    assert counter.order(reference).attention == ""


def test_c9_less_was_captured_in_the_dashboard(counter):
    reference = held(counter)
    intent = counter.at_stripe()[0]["id"]

    by_hand(counter, f"payment_intents/{intent}/capture?amount_to_capture=700")
    counter.work()

    order = counter.order(reference)
    assert order.state == "completed"
    assert "€7.00" in order.attention
    assert "€17.40" in order.attention
    counter.client.submit(counter.client.get(f"/orders/{reference}"), "Cancel and get the money back")
    counter.work()
    page = counter.reads(reference)
    assert "Refunded: €7.00" in page
    assert "Charged: €7.00" in page, "what went back is read beside what was taken, not beside the total"


def test_c10_c11_the_merchant_is_warned_once_and_a_lapse_ends_cleanly(counter, mira):
    with counter.sessions.begin() as session:
        add_member(session, "bea@shop.example", "Bea").active = False
    reference = held(counter)
    page = page_of(counter, mira, reference)
    counter.sandbox.advance(5 * DAY - 3600)
    counter.work()
    assert counter.letters("lapse soon") == []

    counter.sandbox.advance(2 * 3600)
    counter.work()
    counter.sandbox.advance(DAY)
    counter.work()

    [warning] = counter.letters("lapse soon")
    assert counter.order(reference).number in warning["subject"]
    assert "bea@" not in str(warning["to"])
    counter.sandbox.advance(2 * DAY)
    counter.work()
    assert taken(counter) == [("canceled", 0)]
    assert counter.order(reference).state == "expired"
    assert stock(counter) == [(5, 0)]
    [told] = counter.letters("not charged")
    assert "ended before the payment was taken" in told["text"]
    assert "hold on your card has ended" in counter.reads(reference)
    fresh = page_of(counter, again(counter), reference)
    assert fresh.find("button", string="Capture") is None
    assert fresh.find("button", string="Mark as shipped") is None
    assert page.find("button", string="Capture") is not None


def again(counter):
    """After some days Mira has to sign in anew."""
    browser = Client(counter.app)
    browser.submit(browser.get("/backoffice/session"), "Sign in", email=MIRA, password=PASSWORD)
    return browser


@pytest.mark.parametrize("who", ["merchant", "buyer"])
def test_called_off_before_it_ships(counter, mira, who):
    reference = held(counter)

    if who == "merchant":
        mira.submit(page_of(counter, mira, reference), "Cancel and release the hold")
    else:
        counter.client.submit(counter.client.get(f"/orders/{reference}"), "Cancel this order")
    assert counter.order(reference).state == "open"
    counter.work()

    assert taken(counter) == [("canceled", 0)]
    assert counter.order(reference).state == "cancelled"
    assert stock(counter) == [(5, 0)]
    [told] = counter.letters()
    assert "was cancelled" in told["subject"]
    assert "not charged" in told["text"]


def test_c9_called_off_but_stripe_says_it_is_paid(counter, mira):
    reference = held(counter)
    page = page_of(counter, mira, reference)
    intent = counter.at_stripe()[0]["id"]
    counter.sandbox.fault("drop", where="delivery", event="*", times=None)
    by_hand(counter, f"payment_intents/{intent}/capture")

    mira.submit(page, "Cancel and release the hold")
    counter.work()

    order = counter.order(reference)
    assert order.state == "completed"
    assert "refused to release" in order.attention
    assert taken(counter) == [("succeeded", 1740)]
    assert returned(counter).stripe == returned(counter).ours == [("succeeded", 1740)]
    assert stock(counter) == [(5, 0)]
    assert len(counter.letters("receipt")) == len(counter.letters("refunded")) == 1


def test_c15_captured_and_called_off_in_one_moment(counter, mira):
    reference = held(counter)
    page = page_of(counter, mira, reference)

    mira.submit(page, "Capture")
    mira.submit(page, "Cancel and release the hold", 409)
    counter.work()

    assert taken(counter) == [("succeeded", 1740)]


def test_a_product_can_be_an_exception(open_counter):
    counter = open_counter(CAPTURE_POLICY="on_stock_check")
    later, soon = counter.sells("Table", stock=5), counter.sells("Tea", stock=5)
    with counter.sessions.begin() as session:
        session.query(Product).filter_by(title="Table").one().tags = "wood, capture:on_shipping"

    alone = held(counter, later)
    assert counter.order(alone).capture_policy == "on_shipping"
    assert taken(counter) == [("requires_capture", 0)]
    mixed = counter.checks_out(later, soon)

    assert counter.order(mixed).capture_policy == "on_stock_check"
