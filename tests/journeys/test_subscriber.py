"""A subscriber without JavaScript, at a shop whose process has no key: the trial, the letter, the portal and back."""

import re

import requests
from playwright.sync_api import expect

from storefront.catalog.plan import Terms
from tests.cast import EXPIRY, a_product
from tests.fixtures.running import until
from tests.journeys.apart import assert_keyless
from tests.journeys.steps import check_again_until, go_to_pay, look_twice, pay

LIST = re.compile("/account/subscriptions$")


def test_trial_card_plan_cancellation_and_second_thoughts(apart, open_page, email):
    shop, behind = apart
    with shop.database.session() as session, session.begin():
        a_product(session, "Tea club", price=900, stock=5, plan=Terms("month", trial_days=14))
    shop.flask("connect")
    page = open_page(390, javascript=False)

    page.goto(f"{shop.url}/products/tea-club")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_label("Country").select_option("Germany")
    look_twice(page, "cart-with-a-plan")
    go_to_pay(page)
    pay(page, email)
    expect(page).to_have_url(re.compile("/orders/"))
    check_again_until(page, "Your subscription has begun")
    look_twice(page, "order-begun")

    _sign_in(page, shop, email)
    page.get_by_role("link", name="Subscriptions").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("In its trial")
    expect(main).to_contain_text("Visa **** 4242")
    look_twice(page, "subscriptions")

    page.get_by_role("button", name="Change card").click()
    look_twice(page, "portal-card")
    for label, text in (
        ("Card number", "5555555555554444"),
        ("Expiry", EXPIRY),
        ("CVC", "123"),
        ("Name on card", "Ada Field"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save card").click()
    _see_it_changed(page, "Mastercard **** 4444")

    page.get_by_role("button", name="Change plan").click()
    page.get_by_role("radio", name="The Marmalade Post").check()
    look_twice(page, "portal-plan")
    page.get_by_role("button", name="Change plan").click()
    _see_it_changed(page, "The Marmalade Post")
    expect(page.get_by_role("heading", name="Tea club")).to_have_count(0)

    page.get_by_role("button", name=re.compile("^Cancel")).click()
    look_twice(page, "portal-cancel")
    page.get_by_role("button", name="Cancel subscription").click()
    _see_it_changed(page, "You keep it until")
    look_twice(page, "subscriptions-cancelled")

    page.get_by_role("button", name="Take the cancellation back").click()
    look_twice(page, "portal")
    page.get_by_role("button", name="Do not cancel").click()
    page.get_by_role("link", name="Back to the shop").click()
    _see_it_changed(page, "In its trial")
    look_twice(page, "subscriptions-going-on")

    [at_stripe] = shop.at_stripe("subscriptions")
    assert (at_stripe["cancel_at"], at_stripe["cancel_at_period_end"]) == (None, False)
    assert_keyless(shop.webs[0])
    assert requests.post(f"{behind}/portal", timeout=60).status_code == 404, "the shop's process opens portals itself"


def _sign_in(page, shop, email):
    """By the link in the letter."""
    page.goto(f"{shop.url}/account")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send me a link").click()
    letter = until(
        lambda: next((mail for mail in shop.sandbox.mails(email) if "/account/links/" in mail["text"]), None),
        "the link arrives",
    )
    page.goto(re.search(r"\S+/account/links/\S+", letter["text"])[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main")).to_contain_text(f"Signed in as {email}")


def _see_it_changed(page, words):
    """Back from Stripe, on the list of subscriptions."""
    expect(page).to_have_url(LIST)
    check_again_until(page, words)
