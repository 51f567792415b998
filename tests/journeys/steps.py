"""What a buyer and a merchant do in a browser, by what they can read on the page."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from storefront.orders.order import Order
from storefront.stock.hold import StockHold
from tests.cast import EXPIRY
from tests.fixtures.shop import Shop

PAID = "Paid. Thank you!"
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")


def look(page: Page, name: str) -> None:
    """The page fits its window. With SCREENSHOTS=<folder> it is also photographed for a person to see."""
    size = page.viewport_size
    assert size is not None
    width = page.locator("body").evaluate("() => document.documentElement.scrollWidth")
    assert width <= size["width"], f"{page.url} is {width} px wide in a window of {size['width']} px"
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS, f"{name}-{size['width']}.png"), full_page=True)


def look_twice(page: Page, name: str) -> None:
    """The page fits a phone and a desk, and is left as wide as it was."""
    before = page.viewport_size
    assert before is not None
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        look(page, name)
    page.set_viewport_size(before)


def put_two_things_into_the_cart(page: Page, shop: Shop) -> None:
    """A mug found by its collection, marmalade found by searching. Ends on the cart page."""
    page.goto(shop.url)
    look(page, "home")
    page.get_by_role("navigation", name="Shop").get_by_role("link", name="Tea & coffee").click()
    look(page, "collection")
    page.get_by_role("link", name="Slow mug").click()
    page.get_by_role("radio", name="Moss").check()
    look(page, "product")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("searchbox", name="Search the shop").fill("bitter orange")
    page.get_by_role("search").get_by_role("button", name="Search").click()
    look(page, "search")
    page.get_by_role("main").get_by_role("link", name="Bitter orange marmalade").click()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("spinbutton"))).to_have_count(2)


def put_one_thing_into_the_cart(page: Page, shop: Shop, handle: str = "porridge-bowl") -> None:
    """Ends on the cart page, with delivery to Germany chosen."""
    page.goto(f"{shop.url}/products/{handle}")
    page.get_by_role("button", name="Add to cart").click()
    choose_country(page)


def choose_country(page: Page, country: str = "Germany") -> None:
    page.get_by_label("Country").select_option(country)
    page.get_by_role("button", name="Change the country").click()
    expect(page.get_by_role("group", name="Delivery to this country")).to_be_visible()


def go_to_pay(page: Page) -> None:
    """From the cart to Stripe's page."""
    page.get_by_role("button", name="Checkout").click()
    expect(page.get_by_label("Card number")).to_be_visible()


def pay(page: Page, email: str, card: str = "4242 4242 4242 4242") -> None:
    """Fills in the payment page by its labels and presses its button."""
    fields = {
        "Email": email,
        "Full name": "Ada Field",
        "Address": "Gartenweg 4",
        "Postal code": "10115",
        "City": "Berlin",
        "Card number": card,
        "Expiry": EXPIRY,
        "CVC": "123",
        "Name on card": "Ada Field",
    }
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name=re.compile("^(Pay|Subscribe)")).click()


def see_it_paid(page: Page) -> None:
    """On the order page, as its reader does: "Check again" until it says so."""
    expect(page).to_have_url(re.compile("/orders/"))
    check_again_until(page, PAID)


def check_again_until(page: Page, words: str) -> None:
    """Presses "Check again" until the page says so."""
    main = page.get_by_role("main")
    for _ in range(100):
        if words in main.inner_text():
            return
        page.wait_for_timeout(200)
        page.get_by_role("link", name="Check again").click()
    raise AssertionError(f"no {words!r}: the page still says: {main.inner_text()}")


def sign_in(page: Page, shop: Shop, merchant: tuple[str, str]) -> None:
    page.goto(f"{shop.url}/backoffice/orders")
    look(page, "sign-in")
    page.get_by_label("E-mail").fill(merchant[0])
    page.get_by_label("Password").fill(merchant[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")


def order_at(page: Page, shop: Shop) -> Order:
    """The order whose page is open."""
    with shop.database.session() as session:
        order = session.query(Order).filter_by(reference=page.url.rsplit("/", 1)[-1]).one()
        session.expunge(order)
        return order


def session_of(page: Page) -> str:
    """The Checkout Session whose page is open."""
    return re.search(r"cs_test_\w+", page.url)[0]


def order_of_session(shop: Shop, session_id: str) -> Order:
    """The order that a payment page is for, by what Stripe knows of it."""
    number = next(one for one in shop.at_stripe("checkout/sessions") if one["id"] == session_id)["metadata"]["order"]
    with shop.database.session() as session:
        return session.query(Order).filter_by(number=number).one()


def holds_of(shop: Shop, order: Order) -> list[str]:
    """The states of an order's holds."""
    with shop.database.session() as session:
        return [hold.state for hold in session.query(StockHold).filter_by(order_id=order.id)]
