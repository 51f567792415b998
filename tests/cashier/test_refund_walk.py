"""The refund form as a clumsy and as a hostile user fills it in: nothing moves that was not meant, and each no is a sentence."""

import pytest

from storefront.catalog.file import attach
from storefront.catalog.product import Kind, Variant
from storefront.stock.hold import release
from storefront.stock.level import count
from tests.cashier.mira import mira_at
from tests.cashier.returns import at_dashboard, bought, line_fields, order_page, refund, returned

NO_MONEY = (
    "1e3",
    "NaN",
    "1,50",
    "\N{EURO SIGN}5",
    "+5",
    "5 5",
    "--5",
    "0x10",
    "9" * 40,
    "\N{ARABIC-INDIC DIGIT ONE}.\N{INFINITY}",
)


def test_a_form_full_of_mistakes_moves_nothing_and_says_why(counter):
    reference = bought(counter, counter.sells("Tea", price=1250, stock=9), quantity=3)
    mira = mira_at(counter)
    page, line = order_page(counter, mira, reference), next(iter(line_fields(counter, reference, 0)))
    back = line.replace("refund", "back")
    before = page.select_one("input[name=left]")["value"]

    def said(status=422, **fields):
        return mira.submit(page, "Refund", status, **fields).get_data(as_text=True)

    for odd in NO_MONEY:
        assert "not an amount of money" in said(amount=odd) or "more digits" in said(amount=odd), odd
        assert "not an amount of money" in said(shipping=odd) or "more digits" in said(shipping=odd), odd
    for odd in ("-1", "1.5", "two", "10000", "\N{SUPERSCRIPT TWO}"):
        assert "is not a number of pieces" in said(**{line: odd}), odd
    assert "3 can still be refunded, not 4" in said(**{line: 4})
    assert "Say which pieces, or how much" in said(**{back: 1}), "what goes on the shelf says nothing of money"
    assert "not, or no longer, one of this order" in said(**{"refund-999999": 1})
    assert "At most" in said(shipping="-4.90")
    said(400, amount="1", note="a\0b")
    assert "only" in said(409, amount="42.41")
    assert "Left" not in said(422, amount="0", preview="yes")
    said(409, amount="42.41", left="9" * 6000, once="x' OR 1=1")
    counter.work()

    assert returned(counter).stripe == returned(counter).ours == []
    assert order_page(counter, mira, reference).select_one("input[name=left]")["value"] == before


def test_two_tabs_a_pending_refund_shipping_twice_and_a_sum_for_pieces(counter):
    reference = bought(counter, counter.sells("Tea", price=1250, stock=9), quantity=3)
    mira = mira_at(counter)
    first, second = order_page(counter, mira, reference), order_page(counter, mira, reference)
    line = next(iter(line_fields(counter, reference, 0)))

    both = {"amount": "10.00", line: 1, line.replace("refund", "back"): 1, "shipping": "4.90"}
    preview = mira.submit(first, "Preview", 200, **both).get_data(as_text=True)
    assert "This will be refunded: \N{EURO SIGN}10.00" in preview
    assert "Left afterwards: \N{EURO SIGN}32.40" in preview
    mira.submit(first, "Refund", **both)
    assert "In the meantime Mira refunded" in mira.submit(second, "Refund", 409, amount="40.00").get_data(as_text=True)
    third = order_page(counter, mira, reference)
    assert "only \N{EURO SIGN}32.40 is left" in mira.submit(third, "Refund", 409, amount="32.41").text
    counter.work()
    assert returned(counter).stripe == [("succeeded", 1000)]
    assert "2 can still be refunded, not 3" in refund(counter, mira, reference, 422, **{line: 3}).text
    assert "of the shipping can be refunded" in refund(counter, mira, reference, 422, shipping="4.90").text

    at_dashboard(counter, counter.at_stripe()[0]["id"], amount=240)
    page = order_page(counter, mira, reference)
    counter.work()
    assert "somebody at Stripe" in mira.submit(page, "Refund", 409, amount="30.00").get_data(as_text=True)
    refund(counter, mira, reference, amount="30.00")
    counter.work()
    assert sum(amount for _, amount in returned(counter).stripe) == 4240 == counter.at_stripe()[0]["amount_received"]
    assert "Nothing is left to refund" in mira.submit(page, "Refund", 409, amount="0.01", left=0).get_data(as_text=True)


def test_shipping_that_was_never_charged_is_not_offered_back(counter):
    tea, book = counter.sells("Tea", stock=1), counter.sells("Booklet", price=900, kind=Kind.DIGITAL, stock=None)
    with counter.sessions.begin() as session:
        attach(session, session.get_one(Variant, book), "b.pdf", b"%PDF")
    reference = counter.checks_out(tea, book)
    session_id = counter.page_of(reference)
    with counter.sessions.begin() as session:
        release(session, counter.order(reference).id)
        count(session, tea, 0, "sold in the street")
    counter.pays(session_id)
    counter.work()
    assert [one["amount_received"] for one in counter.at_stripe()] == [900]
    mira = mira_at(counter)
    page = order_page(counter, mira, reference)
    assert page.select_one("input[name=shipping]") is None
    assert "of the shipping can be refunded" in mira.submit(page, "Refund", 422, shipping="4.90").text

    preview = mira.submit(page, "Preview", 200).get_data(as_text=True)
    assert "1 \N{MULTIPLICATION SIGN} Booklet: \N{EURO SIGN}9.00" in preview
    assert "Shipping:" not in preview
    refund(counter, mira, reference)
    counter.work()
    assert returned(counter).stripe == [("succeeded", 900)]


@pytest.mark.parametrize(("currency", "wrong", "right"), [("jpy", "5.5", "500"), ("kwd", "0.505", "0.5")])
def test_amounts_in_the_currency_s_own_digits(open_counter, currency, wrong, right):
    counter = open_counter(STORE_CURRENCY=currency)
    reference = bought(counter, counter.sells("Tea", price=1250, currency=currency))
    mira = mira_at(counter)
    assert "more digits" in refund(counter, mira, reference, 422, amount=wrong).get_data(as_text=True)
    preview = mira.submit(order_page(counter, mira, reference), "Preview", 200, amount=right).get_data(as_text=True)
    refund(counter, mira, reference, amount=right)
    counter.work()
    assert returned(counter).stripe == [("succeeded", 500)]
    assert str(counter.order(reference).money(500)) in preview
