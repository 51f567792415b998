"""Cards that end at a bank: from the purchase to won, lost, accepted and closed, as a buyer and a merchant see it."""

import re

from playwright.sync_api import expect

from storefront.orders.order import Order
from tests.fixtures.running import until
from tests.journeys.steps import go_to_pay, look_twice, order_at, pay, put_one_thing_into_the_cart, see_it_paid, sign_in

FRAUD, NOT_RECEIVED, INQUIRY, WARNED, CE3 = (
    "4000 0000 0000 0259",
    "4000 0000 0000 2685",
    "4000 0000 0000 1976",
    "4000 0000 0000 5423",
    "4000 0004 0400 0038",
)


def buys(page, shop, email, card):
    """The number of an order that is paid with this card."""
    put_one_thing_into_the_cart(page, shop)
    go_to_pay(page)
    pay(page, email, card)
    see_it_paid(page)
    return order_at(page, shop).number


class Mira:
    """At her desk, and now and then with her phone."""

    def __init__(self, page, shop):
        self.page, self.shop = page, shop

    def looks(self, name):
        look_twice(self.page, name)

    def opens_order(self, number):
        self.page.goto(f"{self.shop.url}/backoffice/orders/{number}")

    def opens_dispute(self, number):
        """Through the list; it is there a moment after the payment."""

        def listed():
            self.page.goto(f"{self.shop.url}/backoffice/disputes")
            return self.page.get_by_role("link", name=re.compile(f"^{number}")).count()

        until(listed, f"the dispute over {number} is listed")
        self.page.get_by_role("link", name=re.compile(f"^{number}")).click()
        expect(self.page.get_by_role("region", name="What the bank says")).to_contain_text(number)

    def writes(self, field, text):
        box = self.page.locator("details").filter(has=self.page.get_by_label(field, exact=True))
        box.locator("summary").click()
        box.get_by_label(field, exact=True).fill(text)
        box.get_by_role("button", name=re.compile("^Keep this")).click()

    def sends(self, number):
        self.page.get_by_label(f"Type {number} to send it").fill(number)
        self.page.get_by_role("button", name="Send it to the bank").click()
        self.sees("The evidence is with the bank")

    def sees(self, words):
        """On this page, as soon as the worker has been at it."""

        def said():
            self.page.reload()
            return words in self.page.get_by_role("main").inner_text()

        until(said, f"{self.page.url} says: {words}")


def test_five_cards_end_at_a_bank(demo_shop, open_page, mira, email):
    buyer = open_page(390, javascript=False)
    numbers = {card: buys(buyer, demo_shop, email, card) for card in (FRAUD, NOT_RECEIVED, INQUIRY, WARNED, CE3)}
    desk = Mira(open_page(), demo_shop)
    sign_in(desk.page, demo_shop, mira)

    answered_well(desk, numbers[FRAUD])
    answered_badly(desk, numbers[NOT_RECEIVED])
    demo_shop.sandbox.advance(10)
    for card, word in ((FRAUD, "won"), (NOT_RECEIVED, "lost")):
        desk.opens_dispute(numbers[card])
        desk.sees(f"The bank has decided: {word}.")
        desk.looks(f"dispute-{word}")
    accepted(desk, numbers[CE3])
    refunded_while_the_bank_asked(desk, numbers[INQUIRY])
    refunded_when_the_bank_warned(desk, numbers[WARNED])

    charges = {one["metadata"].get("order"): one["id"] for one in demo_shop.at_stripe("charges")}
    disputes = {one["charge"]: one["status"] for one in demo_shop.at_stripe("disputes")}
    assert {card: disputes.get(charges[number]) for card, number in numbers.items()} == {
        FRAUD: "won", NOT_RECEIVED: "lost", CE3: "lost", INQUIRY: "warning_closed", WARNED: None,
    }  # fmt: skip
    asks_what_it_was(buyer, demo_shop, email, numbers[INQUIRY])


def answered_well(desk, number):
    desk.opens_dispute(number)
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("To answer")
    desk.looks("dispute-to-answer")
    desk.page.get_by_role("link", name="Read it all as the bank will").click()
    desk.looks("dispute-evidence")
    desk.opens_dispute(number)
    desk.writes("Everything else", "winning_evidence")
    desk.sends(number)


def answered_badly(desk, number):
    desk.opens_order(number)
    desk.page.get_by_label("Carrier").fill("DHL")
    desk.page.get_by_label("Tracking number").fill("JD014600003")
    desk.page.get_by_role("button", name="Mark as shipped").click()
    desk.opens_dispute(number)
    wants = desk.page.get_by_role("region", name="What the bank wants to see")
    expect(wants.get_by_text("Missing", exact=True)).to_have_count(0)
    desk.writes("Everything else", "losing_evidence")
    desk.sends(number)


def accepted(desk, number):
    desk.opens_dispute(number)
    visa = desk.page.get_by_role("region", name="Visa Compelling Evidence 3.0")
    expect(visa).to_contain_text("Stripe would take it, but the shop knows no two undisputed purchases")
    words = desk.page.get_by_role("region", name="In words")
    expect(words).not_to_contain_text("has bought before")  # all of that was disputed, which helps nobody
    desk.page.get_by_text("Accept the dispute instead").click()
    desk.page.get_by_label(f"Type {number} to accept").fill(number)
    desk.page.get_by_role("button", name="Accept the dispute").click()
    desk.sees("The bank has decided: lost.")
    expect(desk.page.get_by_role("region", name="Your answer")).to_contain_text("Accepted")
    desk.looks("dispute-accepted")


def refunded_while_the_bank_asked(desk, number):
    desk.opens_dispute(number)
    advice = desk.page.get_by_role("region", name="Refund or answer?")
    expect(advice).to_contain_text("Nothing was sent yet: refund")
    desk.looks("inquiry")
    advice.get_by_role("link", name="To the refund").click()
    desk.page.get_by_role("button", name="Refund", exact=True).click()
    desk.opens_dispute(number)
    desk.sees("The bank has decided: inquiry closed.")
    desk.looks("inquiry-closed")


def refunded_when_the_bank_warned(desk, number):
    desk.opens_order(number)
    desk.sees("The card's bank warns of fraud")
    desk.looks("fraud-warning")
    desk.page.get_by_role("button", name="Refund", exact=True).click()
    desk.sees("nothing is left to do about the warning")


def asks_what_it_was(page, shop, email, number):
    """From the statement: the day, the amount and the card. What it was comes by mail, and only so."""
    with shop.database.session() as session:
        order = session.query(Order).filter_by(number=number).one()
        asked = {
            "Date of the charge": f"{order.created_at:%Y-%m-%d}",
            "Amount": str(order.money(order.total).decimal()),
        }
    page.goto(f"{shop.url}/orders/{order.reference}")
    expect(page.get_by_text(f"On your statement: SANDBOX* {number}")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="What is this charge?").click()
    look_twice(page, "charge")
    for label, text in (asked | {"Last four digits of the card": INQUIRY[-4:]}).items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Write to who bought it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We look for it")
    expect(page.get_by_role("main")).not_to_contain_text(number)
    look_twice(page, "charge-asked")
    [letter] = until(lambda: [one for one in shop.sandbox.mails(email) if "The charge" in one["subject"]], "the letter")
    assert number in letter["subject"]
