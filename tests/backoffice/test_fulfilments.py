"""Parcels, as the merchant packs them and the buyer reads of them."""

import re

import pytest

from storefront.orders.carriers import tracking_link
from storefront.orders.fulfilling import recount, still_to_ship
from storefront.orders.fulfilment import Fulfilment
from storefront.orders.order import Order, lock_order
from tests.cashier.mira import mira_at


@pytest.fixture
def mira(counter):
    return mira_at(counter)


def page_of(counter, mira, reference):
    return mira.get(f"/backoffice/orders/{counter.order(reference).number}")


def sends(counter, mira, reference, pieces=None, **fields):
    """Mira marks a parcel as shipped: everything, or so many pieces of the lines named by their titles."""
    page = page_of(counter, mira, reference)
    for title, quantity in (pieces or {}).items():
        label = next(tag for tag in page.find_all("label") if tag.get_text().startswith(title))
        fields[label["for"]] = quantity
    answer = mira.submit(page, "Mark as shipped", **fields)
    counter.work()
    return answer


def listed(mira):
    return mira.get("/backoffice/orders?status=to_ship").words("main")


def packed(letter):
    return [line.strip() for line in letter["text"].splitlines() if " x " in line]


def test_in_two_parcels_with_a_letter_each(counter, mira):
    reference = counter.buys(counter.sells("Tea"), counter.sells("Teapot"), quantity=2)
    number = counter.order(reference).number
    assert counter.order(reference).fulfilment == "unshipped"
    assert "To ship" in listed(mira)
    assert number in listed(mira)

    sends(counter, mira, reference, {"Tea,": 2, "Teapot,": 1}, carrier="dhl", tracking_number="JD 014 600")

    assert "Partly shipped" in page_of(counter, mira, reference).words("h1")
    sends(counter, mira, reference, carrier="Uncle Bob")
    assert counter.order(reference).fulfilment == "shipped"
    assert number not in listed(mira)
    first, second = counter.letters("on its way")
    assert packed(first) == ["2 x Tea", "1 x Teapot"]
    assert "tracking-id=JD014600" in first["text"]
    assert "follows in another parcel" in first["text"]
    assert packed(second) == ["1 x Teapot"]
    assert "your order is complete" in second["text"]
    buyer = counter.reads(reference)
    assert "Parcel 1" in buyer
    assert "Parcel 2" in buyer
    assert "tracking-id=JD014600" in str(counter.client.get(f"/orders/{reference}"))
    assert "Mark as shipped" not in page_of(counter, mira, reference).text


def test_a_double_click_sends_one_parcel_and_one_letter(counter, mira):
    reference = counter.buys(counter.sells("Tea"), quantity=2)
    page = page_of(counter, mira, reference)
    label = next(tag for tag in page.find_all("label") if tag.get_text().startswith("Tea"))

    for _ in range(2):
        mira.submit(page, "Mark as shipped", **{label["for"]: 1})
    counter.work()

    assert len(counter.letters("on its way")) == 1
    assert counter.order(reference).shipped == 1


def test_no_more_goes_out_than_was_bought(counter, mira):
    reference = counter.buys(counter.sells("Tea"), quantity=2)
    page = page_of(counter, mira, reference)
    stale = page_of(counter, mira, reference)
    label = next(tag for tag in page.find_all("label") if tag.get_text().startswith("Tea"))
    for odd, status in (("3", 409), ("0", 409), ("", 409), ("-1", 422), ("1.5", 422), ("٣", 422)):
        mira.submit(page, "Mark as shipped", status, **{label["for"]: odd})
    mira.submit(page, "Mark as shipped")

    refused = mira.submit(stale, "Mark as shipped", 409)

    assert "colleague" in refused.get_data(as_text=True)
    assert counter.order(reference).shipped == 2
    counter.work()
    assert len(counter.letters("on its way")) == 1


def test_what_is_not_paid_is_not_sent(counter, mira):
    reference = counter.checks_out(counter.sells("Tea"))
    page = page_of(counter, mira, reference)
    assert "Mark as shipped" not in page.text
    token = page.select_one("input[name=csrf_token]")["value"]
    with counter.sessions() as session:
        line = session.query(Order).one().lines[0].id
    where = f"/backoffice/orders/{counter.order(reference).number}/fulfilments"

    answer = mira.post(where, {"csrf_token": token, f"line-{line}": "1"}, 409)

    assert "not" in re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)).lower()
    with counter.sessions() as session:
        assert session.query(Fulfilment).count() == 0


def test_withdrawn_and_left_out_pieces_are_not_sent(counter):
    reference = counter.buys(counter.sells("Tea"), quantity=3)
    with counter.sessions.begin() as session:
        order = lock_order(session, counter.order(reference).id)
        [line] = order.lines
        line.left_out, line.withdrawn = 1, 1
        recount(session, order)
        assert still_to_ship(session, order) == {line.id: 1}

    assert counter.order(reference).to_ship == 1


@pytest.mark.parametrize("field", ["carrier", "tracking_number"])
@pytest.mark.parametrize("text", ["4242 4242 4242 4242", "x" * 61])
def test_card_numbers_and_essays_are_no_tracking_numbers(counter, mira, field, text):
    reference = counter.buys(counter.sells("Tea"))

    mira.submit(page_of(counter, mira, reference), "Mark as shipped", 422, **{field: text})

    assert counter.order(reference).shipped == 0


def test_odd_tracking_numbers_stay_inside_their_link():
    assert tracking_link("Carrier Pigeons", "1") == ""
    assert tracking_link("UPS", "") == ""
    assert tracking_link("ups ", 'a"b/../<c>') == "https://www.ups.com/track?tracknum=a%22b%2F..%2F%3Cc%3E"
