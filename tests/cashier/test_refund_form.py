"""Mira's form for refunds: what it promises, what it refuses, and that a second press changes nothing."""

import pytest

from tests.cashier.mira import mira_at
from tests.cashier.returns import bought, line_fields, order_page, refund, returned


def test_the_preview_is_what_stripe_gets(counter):
    reference = bought(counter, counter.sells("Tea", price=1250), quantity=3)
    mira = mira_at(counter)

    fields = line_fields(counter, reference, 1)
    answer = mira.submit(order_page(counter, mira, reference), "Preview", 200, **fields, amount="7.77", reason="other")
    assert "This will be refunded: €7.77" in answer.get_data(as_text=True)
    assert returned(counter).ours == []
    refund(counter, mira, reference, **fields, amount="7.77", reason="duplicate")
    counter.work()

    assert returned(counter).stripe == [("succeeded", 777)]
    sent = [call for call in counter.sandbox.requests() if call["path"] == "/v1/refunds" and call["method"] == "POST"]
    assert "duplicate" in str(sent[-1]["body"])


def test_pressed_twice_is_refunded_once(counter):
    reference = bought(counter, counter.sells(), quantity=2)
    mira = mira_at(counter)
    page = order_page(counter, mira, reference)

    mira.submit(page, "Refund", amount="5.00")
    mira.submit(page, "Refund", amount="5.00")
    counter.work()
    mira.submit(page, "Refund", amount="5.00")
    counter.work()

    assert returned(counter).stripe == [("succeeded", 500)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "17.41"}, "only €17.40 is left"),
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "-1"}, "more than nothing"),
        ({"amount": "1.234"}, "more digits"),
        ({"amount": "much"}, "not an amount of money"),
        ({"shipping": "4.91"}, "At most €4.90 of the shipping"),
        ({"reason": "because"}, "Choose one of the reasons"),
        ({"note": "4242 4242 4242 4242"}, "never a card number"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_happens(counter, fields, words):
    reference = bought(counter, counter.sells(price=1250))
    status = 409 if "17.41" in fields.get("amount", "") else 422

    answer = refund(counter, mira_at(counter), reference, status, **fields)
    counter.work()

    assert words in answer.get_data(as_text=True)
    assert returned(counter).stripe == returned(counter).ours == []


def test_more_pieces_than_were_bought(counter):
    reference = bought(counter, counter.sells(price=1250))
    mira = mira_at(counter)

    many = refund(counter, mira, reference, 422, **line_fields(counter, reference, 2))
    back = refund(counter, mira, reference, 422, **line_fields(counter, reference, 1, back=2))

    assert "1 can still be refunded, not 2" in many.get_data(as_text=True)
    assert "1 can be put back in stock, not 2" in back.get_data(as_text=True)


def test_an_old_password_is_asked_for_before_money_moves(counter):
    reference = bought(counter, counter.sells())
    mira = mira_at(counter)
    page = order_page(counter, mira, reference)
    counter.sandbox.advance(660)

    answer = mira.submit(page, "Refund")
    counter.work()

    assert "/backoffice/session/confirmation" in answer.headers["Location"]
    assert returned(counter).stripe == []
