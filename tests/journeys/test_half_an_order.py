"""Half an order: held, half of it sent and taken, a line refunded, the rest called off; both sides read the same story."""

import re

from playwright.sync_api import expect
from sqlalchemy import select

from storefront.catalog.product import Product, Variant
from storefront.orders.order import Order
from storefront.stock.level import StockLevel
from tests.fixtures.running import until
from tests.journeys.steps import choose_country, go_to_pay, look, order_at, pay, sign_in

THINGS = ("bread-knife", "oak-bread-board")
SUM = re.compile(r"€[\d,]+\.\d\d")


def variants_of(shop):
    """The two things, which are paid when they are sent; answers all their variants' ids, the knife's first."""
    with shop.database.session() as session, session.begin():
        things = session.scalars(select(Product).where(Product.handle.in_(THINGS))).all()
        for thing in things:
            thing.tags = "capture:on_shipping"
        found = select(Variant.id).join(Product).where(Product.handle.in_(THINGS)).order_by(Product.handle)
        return list(session.scalars(found))


def on_the_shelf(shop, variants):
    """On hand and held, of each."""
    with shop.database.session() as session:
        return [(one.on_hand, one.held) for one in (session.get_one(StockLevel, variant) for variant in variants)]


def at_stripe(shop, number):
    """Of an order's intents: (status, received, refunded), newest first."""
    mine = [one for one in shop.at_stripe("payment_intents") if one["metadata"].get("order") == number]
    refunds = shop.at_stripe("refunds")
    back = [sum(one["amount"] for one in refunds if one["payment_intent"] == intent["id"]) for intent in mine]
    return [(one["status"], one["amount_received"], gone) for one, gone in zip(mine, back, strict=True)]


def reads(page, words):
    """Looks at the page until it says so, as a patient reader does."""

    def says():
        page.reload()
        return words in page.get_by_role("main").inner_text()

    until(says, f"{page.url} says {words!r}")


def told(page):
    """What the order's timeline says."""
    lists = page.get_by_role("region", name=re.compile("Timeline|What happened")).get_by_role("listitem")
    return " ".join(lists.all_inner_texts())


def buys(ada, shop, email):
    """Two knives and a board, held on the card; answers the order."""
    for handle in THINGS:
        ada.goto(f"{shop.url}/products/{handle}")
        ada.get_by_role("button", name="Add to cart").click()
    choose_country(ada)
    ada.get_by_role("spinbutton").first.fill("2")
    ada.get_by_role("button", name="Update cart").click()
    go_to_pay(ada)
    pay(ada, email)
    expect(ada).to_have_url(re.compile("/orders/"))
    reads(ada, "taken when we send")
    look(ada, "half-held")
    return order_at(ada, shop)


def refunds_the_board(merchant):
    """After a look at what it will be; answers the sum that was shown."""
    merchant.get_by_label(re.compile("Oak bread board.*pieces to refund")).fill("1")
    merchant.get_by_label(re.compile("Oak bread board.*put back")).fill("1")
    merchant.get_by_role("button", name="Preview").click()
    look(merchant, "half-refund-preview")
    shown = SUM.search(merchant.get_by_role("heading", name="This will be refunded").inner_text())[0]
    merchant.get_by_role("button", name="Refund", exact=True).click()
    reads(merchant, f"Stripe confirmed the refund of {shown}")
    return shown


def pays_the_rest(ada, number, email):
    """From the order's page to its left-out knife's."""
    reads(ada, "can be paid now")
    look(ada, "half-refunded")
    ada.get_by_role("link", name=f"order {number}").click()
    look(ada, "half-rest")
    ada.get_by_role("link", name="Pay €69.00").click()
    pay(ada, email)
    expect(ada).to_have_url(re.compile("/orders/"))
    reads(ada, "taken when we send")


def test_c13_c14_half_is_sent_and_taken_a_line_refunded_and_the_rest_called_off(demo_shop, open_page, mira, email):
    variants = variants_of(demo_shop)
    shelf = on_the_shelf(demo_shop, variants)
    ada, merchant = open_page(390, javascript=False), open_page(1280)
    order = buys(ada, demo_shop, email)
    assert at_stripe(demo_shop, order.number) == [("requires_capture", 0, 0)]

    sign_in(merchant, demo_shop, mira)
    merchant.goto(f"{demo_shop.url}/backoffice/orders/{order.number}")
    merchant.get_by_label("Bread knife, pieces of 2").fill("1")
    merchant.get_by_role("button", name="Mark as shipped").click()
    reads(merchant, "Parcel 1 was sent")
    look(merchant, "half-sent")
    half = order.total - 6900
    assert at_stripe(demo_shop, order.number) == [("succeeded", half, 0)]

    shown = refunds_the_board(merchant)
    [(_, _, back)] = at_stripe(demo_shop, order.number)
    assert shown == str(order.money(back))

    merchant.get_by_role("button", name="Ask the buyer to pay what was left out").click()
    rest_number = merchant.get_by_role("heading", level=1).inner_text().split()[1]
    pays_the_rest(ada, rest_number, email)
    reads(merchant, "Cancel and release the hold")
    look(merchant, "half-rest-held")
    merchant.get_by_role("button", name="Cancel and release the hold").click()
    reads(merchant, "The hold on the card was released")
    reads(ada, "This order was cancelled")
    look(ada, "half-rest-cancelled")
    assert at_stripe(demo_shop, rest_number) == [("canceled", 0, 0)]
    assert "nothing was charged" in told(ada).lower()
    assert "nothing was charged" in told(merchant).lower()

    ada.get_by_role("link", name=f"order {order.number}").click()
    merchant.get_by_role("link", name=order.number).click()
    look(ada, "half-end")
    look(merchant, "half-end")
    tells_the_same(ada, merchant, str(order.money(half)), shown)
    assert on_the_shelf(demo_shop, variants) == [(shelf[0][0] - 1, shelf[0][1]), *shelf[1:]]
    with demo_shop.database.session() as session:
        states = session.scalars(select(Order.state).where(Order.email == email).order_by(Order.id)).all()
    assert states == ["completed", "cancelled"]


def tells_the_same(ada, merchant, taken, returned):
    """Both pages of the order name the same sums, and all that the buyer's timeline says of money the merchant reads too."""
    for words in (f"Charged: {taken}", f"Refunded: {returned}", "1 left out"):
        assert words in ada.get_by_role("main").inner_text()
    facts = merchant.get_by_role("region", name="Money").inner_text()
    assert f"Captured\n{taken}" in facts
    assert f"Refunded\n{returned}" in facts
    public = [entry.split(" UTC ")[-1] for entry in told(ada).splitlines() if SUM.search(entry)]
    assert public, "the buyer's timeline names sums"
    assert [entry for entry in public if entry not in told(merchant)] == []
