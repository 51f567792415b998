"""The shop and the cashier as two processes behind one origin: only the cashier's has the key and Stripe's SDK."""

import requests

from tests.fixtures.running import until
from tests.journeys.apart import assert_keyless
from tests.journeys.steps import (
    choose_country,
    go_to_pay,
    order_at,
    pay,
    put_two_things_into_the_cart,
    see_it_paid,
    sign_in,
)

MODULES = "/modules-of-this-process"


def test_the_whole_journey_with_a_shop_that_has_no_key(apart, open_page, mira, email):
    shop, behind = apart
    page = open_page(390, javascript=False)
    put_two_things_into_the_cart(page, shop)
    choose_country(page)
    go_to_pay(page)
    pay(page, email)
    see_it_paid(page)
    until(lambda: len(shop.sandbox.mails(email)) == 1, "the receipt arrives")
    merchant = open_page()
    sign_in(merchant, shop, mira)
    assert "Paid" in merchant.get_by_role("row").filter(has_text=order_at(page, shop).number).inner_text()

    loaded = requests.get(behind + MODULES, timeout=60).json()
    assert "storefront.shopfront.checkout" in loaded
    assert [name for name in loaded if name.split(".")[0] == "stripe"] == []
    assert [name for name in loaded if name.startswith(("storefront.cashier", "sandbox"))] == []
    assert_keyless(shop.webs[0])
    assert requests.get(f"{behind}/pay/any", timeout=60).status_code == 404
    assert requests.post(f"{behind}/webhooks/stripe", timeout=60).status_code == 404
