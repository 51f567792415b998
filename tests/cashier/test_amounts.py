"""What Stripe was paid must be what the order says, in every currency."""

import pytest

from storefront.catalog.product import Variant
from storefront.orders.order import LineItem, Order
from storefront.payments.payment import Payment
from tests.cast import post_to


def test_b12_the_order_keeps_the_price_that_was_shown(counter):
    tea = counter.sells(price=1250)
    reference = counter.checks_out(tea)
    session_id = counter.page_of(reference)
    with counter.sessions.begin() as session:
        session.get_one(Variant, tea).price = 9900

    counter.pays(session_id)
    counter.work()

    assert counter.order(reference).total == 1250 + 490
    assert counter.at_stripe()[0]["amount_received"] == 1250 + 490


def test_b12_a_price_raised_before_checkout_is_said_first(counter):
    tea = counter.sells(price=1250)
    counter.client.post("/cart/lines", {"variant": tea, "quantity": 1})
    with counter.sessions.begin() as session:
        session.get_one(Variant, tea).price = 1500

    answer = counter.client.post("/checkout", {"country": "DE", "price": "1", "unit_amount": "1"}, status=409)

    assert "€15.00" in answer.get_data(as_text=True)
    assert counter.at_stripe("checkout/sessions") == []


@pytest.mark.parametrize("policy", ["on_stock_check", "automatic"])
def test_b12_a_mismatch_is_held_and_shown_never_paid(open_counter, policy):
    counter = open_counter(CAPTURE_POLICY=policy)
    reference = counter.checks_out(counter.sells(price=1250))
    session_id = counter.page_of(reference)
    with counter.sessions.begin() as session:
        session.query(LineItem).update({"unit_amount": 1300})
        session.query(Order).update({"subtotal": 1300, "total": 1790})

    counter.pays(session_id)
    counter.work()

    order = counter.order(reference)
    assert order.state == "open"
    assert "€12.50" in order.attention
    assert counter.letters() == []
    assert "looking at" in counter.reads(reference).lower()
    received = counter.at_stripe()[0]["amount_received"]
    assert received == (0 if policy == "on_stock_check" else 1740)


def test_b15_nothing_to_pay_is_fulfilled_without_an_intent(counter):
    gift = counter.sells("A sample", price=0, stock=2)
    with counter.sessions.begin() as session:
        post_to(session, "DE", amount=0)
    reference = counter.checks_out(gift)
    session_id = counter.page_of(reference)

    counter.pays(session_id)
    counter.work()

    [at_stripe] = counter.at_stripe("checkout/sessions")
    assert (at_stripe["payment_status"], at_stripe["payment_intent"]) == ("no_payment_required", None)
    assert counter.order(reference).state == "completed"
    assert len(counter.letters()) == 1


@pytest.mark.parametrize(
    ("currency", "price", "post", "shown"),
    [
        ("jpy", 500, 300, "¥800"),
        ("krw", 5000, 3000, "₩8,000"),
        ("kwd", 12340, 1000, "13.340"),
        ("isk", 50000, 10000, "600"),
        ("ugx", 500000, 100000, "6,000"),
        ("huf", 500000, 100000, "6,000.00"),
    ],
)
def test_b20_b21_b22_shown_is_charged_in_odd_currencies(open_counter, currency, price, post, shown):
    counter = open_counter(STORE_CURRENCY=currency)
    tea = counter.sells(price=price, currency=currency)
    with counter.sessions.begin() as session:
        post_to(session, "DE", amount=post, currency=currency)

    reference = counter.buys(tea)

    [intent] = counter.at_stripe()
    assert (intent["amount_received"], intent["currency"]) == (price + post, currency)
    assert shown in counter.reads(reference)
    assert shown in counter.letters()[0]["text"]


def test_b23_lines_and_total_agree_to_the_cent(counter):
    variants = [counter.sells(f"Tea {number}", price=333 + number) for number in range(3)]

    reference = counter.buys(*variants, quantity=3)

    with counter.sessions() as session:
        lines = session.query(LineItem).all()
        [payment] = session.query(Payment)
    assert sum(line.subtotal for line in lines) + 490 == payment.received == counter.order(reference).total
