"""What can come between a buyer and a payment: a decline, the bank's question, second thoughts, impatience, time."""

import re

import pytest
from playwright.sync_api import expect

from storefront.orders.order import Order
from storefront.outbox.letter import Letter
from tests.fixtures.running import until
from tests.journeys.steps import (
    go_to_pay,
    holds_of,
    look,
    order_at,
    order_of_session,
    pay,
    put_one_thing_into_the_cart,
    see_it_paid,
    session_of,
)

DECLINED = "4000 0000 0000 0002"
ASKS = "4000 0027 6000 3184"


@pytest.fixture(params=[(390, False), (1280, True)], ids=["phone", "desk"])
def page(request, open_page):
    width, javascript = request.param
    return open_page(width, javascript=javascript)


def test_b17_a_declined_card_and_then_a_good_one(demo_shop, page, email):
    put_one_thing_into_the_cart(page, demo_shop)
    go_to_pay(page)
    session_id = session_of(page)
    pay(page, email, DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("declined")
    look(page, "stripe-declined")
    pay(page, email)
    see_it_paid(page)

    order = order_at(page, demo_shop)
    charges = [one for one in demo_shop.at_stripe("charges") if one["metadata"].get("order") == order.number]
    assert sorted(one["status"] for one in charges) == ["failed", "succeeded"]
    assert _sessions(demo_shop, order) == [session_id]
    assert _orders(demo_shop, email) == ["completed"]
    until(lambda: len(demo_shop.sandbox.mails(email)) == 1, "one receipt")


@pytest.mark.parametrize("first", ["Complete", "Fail"])
def test_the_bank_asks(demo_shop, page, email, first):
    put_one_thing_into_the_cart(page, demo_shop)
    go_to_pay(page)
    pay(page, email, ASKS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    look(page, "stripe-3ds")
    page.get_by_role("button", name=first).click()
    if first == "Fail":
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Card number")).to_have_value("")
        pay(page, email, ASKS)
        page.get_by_role("button", name="Complete").click()
    see_it_paid(page)
    assert _orders(demo_shop, email) == ["completed"]


def test_back_from_the_payment_page_the_cart_is_as_it_was(demo_shop, page):
    put_one_thing_into_the_cart(page, demo_shop)
    page.get_by_role("spinbutton").fill("2")
    page.get_by_role("button", name="Update cart").click()
    go_to_pay(page)
    there = page.url
    page.get_by_role("link", name=re.compile("Back")).click()

    expect(page).to_have_url(f"{demo_shop.url}/cart")
    expect(page.get_by_role("spinbutton")).to_have_value("2")
    expect(page.get_by_label("Country")).to_have_value("DE")
    go_to_pay(page)
    assert page.url == there


def test_a_double_click_and_a_second_tab_are_one_order(demo_shop, page):
    put_one_thing_into_the_cart(page, demo_shop)
    second = page.context.new_page()
    second.goto(f"{demo_shop.url}/cart")
    page.get_by_role("button", name="Checkout").dblclick()
    expect(page.get_by_label("Card number")).to_be_visible()
    go_to_pay(second)

    assert second.url == page.url
    order = order_of_session(demo_shop, session_of(page))
    assert _sessions(demo_shop, order) == [session_of(page)]
    assert holds_of(demo_shop, order) == ["held"]
    with demo_shop.database.session() as session:
        assert session.query(Order).filter_by(cart_id=order.cart_id).count() == 1


def test_after_36_minutes_the_hold_is_gone_and_nobody_is_written_to(demo_shop, page):
    put_one_thing_into_the_cart(page, demo_shop)
    go_to_pay(page)
    order = order_of_session(demo_shop, session_of(page))
    assert holds_of(demo_shop, order) == ["held"]

    demo_shop.sandbox.advance(36 * 60)

    until(lambda: order_of_session(demo_shop, session_of(page)).state == "expired", "the order expires")
    assert holds_of(demo_shop, order) == ["released"]
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is no longer valid")
    page.goto(f"{demo_shop.url}/orders/{order.reference}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This order has ended")
    look(page, "order-expired")
    assert [mail["subject"] for mail in demo_shop.sandbox.mails() if order.number in mail["raw"]] == []
    with demo_shop.database.session() as session:
        assert session.query(Letter).filter_by(order_id=order.id).count() == 0
    page.get_by_role("button", name="Put the same things into the cart").click()
    expect(page.get_by_role("spinbutton")).to_have_value("1")


def _sessions(shop, order):
    return [one["id"] for one in shop.at_stripe("checkout/sessions") if one["metadata"]["order"] == order.number]


def _orders(shop, email):
    with shop.database.session() as session:
        return [order.state for order in session.query(Order).filter_by(email=email)]
