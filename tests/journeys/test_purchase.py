"""From the home page to the receipt and the merchant's list, on a phone and on a desk, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.cast import EXPIRY
from tests.fixtures.running import until
from tests.journeys.steps import (
    PAID,
    choose_country,
    go_to_pay,
    look,
    pay,
    put_two_things_into_the_cart,
    see_it_paid,
    sign_in,
)

WINDOWS = [(390, True), (390, False), (1280, True), (1280, False)]


@pytest.mark.parametrize(("width", "javascript"), WINDOWS)
def test_a_newcomer_buys_two_things(demo_shop, open_page, mira, email, width, javascript):
    page = open_page(width, javascript=javascript)
    put_two_things_into_the_cart(page, demo_shop)
    look(page, "cart-without-country")
    choose_country(page)
    look(page, "cart")
    page.get_by_role("radio", name="Express, before noon").check()
    go_to_pay(page)
    expect(page.get_by_role("radio", name="Express, before noon")).to_be_checked()
    look(page, "stripe")
    pay(page, email)
    see_it_paid(page)
    look(page, "order-paid")
    address = page.url
    number = page.locator("main strong").first.inner_text().removeprefix("Order ")

    [receipt] = until(lambda: demo_shop.sandbox.mails(email), "the receipt arrives")
    assert number in receipt["subject"] + receipt["text"]
    [link] = re.findall(r"\S+/orders/\S+", receipt["text"])
    assert link == address
    elsewhere = open_page(width, javascript=javascript)
    elsewhere.goto(link)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text(PAID)
    page.goto(f"{demo_shop.url}/cart")
    expect(page.get_by_text("Your cart is empty.")).to_be_visible()

    merchant = open_page(width, javascript=javascript)
    sign_in(merchant, demo_shop, mira)
    row = merchant.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("Paid")
    expect(row).to_contain_text(email)
    look(merchant, "backoffice-orders")
    row.get_by_role("link", name=number).click()
    timeline = merchant.get_by_role("region", name="Timeline")
    for said in ("is held on the card", "Stripe confirmed the payment of"):
        line = timeline.get_by_role("listitem").filter(has_text=said)
        expect(line).to_contain_text(re.compile(r"Stripe · evt_\w+"))
    look(merchant, "backoffice-order")


def test_with_the_keyboard_alone(demo_shop, open_page, email):
    page = open_page()
    page.goto(f"{demo_shop.url}/products/slow-mug")
    _tab_to(page, "Add to cart")
    _enter(page)
    _tab_to(page, "Country")
    page.keyboard.type("Germany")
    _tab_to(page, "Change the country")
    _enter(page)
    expect(page.get_by_role("radio", name="To your door")).to_be_checked()
    _tab_to(page, "Checkout")
    _enter(page)
    expect(page.get_by_label("Card number")).to_be_visible()
    for label, text in (
        ("Email", email),
        ("Full name", "Ada Field"),
        ("Address", "Gartenweg 4"),
        ("Postal code", "10115"),
        ("City", "Berlin"),
        ("Card number", "4242424242424242"),
        ("Expiry", EXPIRY),
        ("CVC", "123"),
        ("Name on card", "Ada Field"),
    ):
        _tab_to(page, label)
        page.keyboard.type(text)
    _enter(page)
    see_it_paid(page)


def _enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


NAME = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0].innerText : one.innerText;
  return label.replace(/\\s+/g, " ").trim();
}"""


def _tab_to(page, name):
    """Presses Tab until what is called `name` has the focus, which must be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(NAME) == name:
            focused = page.locator(":focus-visible")
            expect(focused).to_be_visible()
            return
    raise AssertionError(f"the keyboard does not reach {name} on {page.url}")
