"""The shop and the cashier as two processes behind one origin: only the cashier's has the key and Stripe's SDK."""

from pathlib import Path

import pytest
import requests

from tests.fixtures.router import Router, cashier_apart
from tests.fixtures.running import free_port, until
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
NO_KEY = {"ROLE": "shop", "STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}


@pytest.fixture
def apart(open_shop, demo):
    """The router listens where the sandbox delivers; behind it two servers, each on a port of its own."""
    shop = open_shop(demo, webs=0, workers=0, TRUSTED_PROXIES="1")
    ports = free_port(), free_port()
    shop.start_web(ports[0], program="tests.journeys.asked:app", **NO_KEY)
    shop.start_web(ports[1], ROLE="cashier")
    shop.start_worker(ROLE="cashier")
    router = Router(cashier_apart(*ports), port=shop.sandbox.webhook_port)
    yield shop, f"http://127.0.0.1:{ports[0]}"
    router.close()


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
    for process in _processes(shop.webs[0].child.pid):
        settings = Path(f"/proc/{process}/environ").read_bytes()
        assert b"ROLE=shop" in settings
        assert b"STRIPE_SECRET_KEY" not in settings
        assert b"sk_test_" not in settings
        assert b"whsec_" not in settings
    assert requests.get(f"{behind}/pay/any", timeout=60).status_code == 404
    assert requests.post(f"{behind}/webhooks/stripe", timeout=60).status_code == 404


def _processes(master):
    """The server's master and its workers, by Linux' own table."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    assert children
    return [str(master), *children]
