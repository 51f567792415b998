"""Automatic tax, a session begun again, a customer who is told what the buyer wrote (STRIPE.md section 3)."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import COURIER, POST, Till

TAXED: Any = {"automatic_tax": {"enabled": True}}
GERMANY = {
    "billing_line1": "Allee 1",
    "billing_city": "Berlin",
    "billing_postal_code": "10115",
    "billing_country": "DE",
}


def item(behavior: str, amount: int = 1000) -> dict[str, Any]:
    data = {"currency": "eur", "unit_amount": amount, "tax_behavior": behavior, "product_data": {"name": "Cup"}}
    return {"quantity": 1, "price_data": data}


def test_included_tax_leaves_the_sum_as_it_is(till: Till) -> None:
    session = till.session(**TAXED, line_items=[item("inclusive", 1190)])
    assert session.automatic_tax.status == "requires_location_inputs"
    assert till.submit(session, **GERMANY).status_code == 303
    paid = till.read(session)
    assert (paid.amount_total, paid.total_details.amount_tax, paid.automatic_tax.status) == (1190, 190, "complete")
    assert (paid.line_items.data[0].amount_tax, paid.line_items.data[0].amount_total) == (190, 1190)
    assert paid.payment_intent.amount_received == 1190


def test_tax_on_top_is_shown_before_it_is_charged(till: Till) -> None:
    session = till.session(**TAXED, line_items=[item("exclusive")], shipping_options=[POST, COURIER])
    shown = till.submit(session, **GERMANY)
    assert "Tax for your address has been added" in shown.text
    assert "€16.80" in shown.text
    assert till.read(session).payment_intent is None
    assert till.submit(session, **GERMANY).status_code == 303
    paid = till.read(session)
    post_included = round(490 * 19 / 119)
    assert (paid.amount_subtotal, paid.amount_total) == (1000, 1190 + 490)
    assert paid.total_details.amount_tax == 190 + post_included
    assert (paid.shipping_cost.amount_tax, paid.shipping_cost.amount_total) == (post_included, 490)
    assert paid.payment_intent.amount_received == 1680


def test_a_discount_is_taken_off_before_tax(till: Till) -> None:
    coupon = till.v1.coupons.create({"percent_off": 50, "duration": "once"})
    customer = till.v1.customers.create({"address": {"country": "FR", "line1": "Rue 1"}})
    session = till.session(
        **TAXED, line_items=[item("exclusive")], discounts=[{"coupon": coupon.id}], customer=customer.id
    )
    assert (session.amount_total, session.total_details.amount_tax) == (600, 100)
    assert session.automatic_tax.status == "complete"


def test_tax_of_a_customer_whom_nobody_can_place(till: Till) -> None:
    customer = till.v1.customers.create({"name": "Ada"})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.session(**TAXED, customer=customer.id)
    assert refusal.value.code == "customer_tax_location_invalid"
    session = till.session(
        **TAXED, customer=customer.id, line_items=[item("inclusive")], customer_update={"address": "auto"}
    )
    assert till.submit(session, **GERMANY).status_code == 303
    known = till.v1.customers.retrieve(customer.id)
    assert (known.address.city, known.name) == ("Berlin", "Ada")


def test_an_expired_session_is_begun_again(till: Till) -> None:
    recovery: Any = {"after_expiration": {"recovery": {"enabled": True, "allow_promotion_codes": True}}}
    session = till.session(**recovery, metadata={"order": "7"}, client_reference_id="7")
    assert (session.after_expiration.recovery.url, session.recovered_from) == (None, None)
    expired = till.v1.checkout.sessions.expire(session.id)
    link = expired.after_expiration.recovery
    assert link.expires_at == pytest.approx(till.now() + 30 * 86400, abs=60)
    assert till.story(session.id)[-1].data.object.after_expiration.recovery.url == link.url
    assert "Begin again" in requests.get(till.page(session), timeout=10).text
    first = requests.get(link.url, timeout=10, allow_redirects=False).headers["Location"]
    assert requests.get(link.url, timeout=10, allow_redirects=False).headers["Location"] == first
    again = till.v1.checkout.sessions.retrieve(first.rpartition("/")[2], {"expand": ["line_items"]})
    assert (again.recovered_from, again.status, again.allow_promotion_codes) == (session.id, "open", True)
    assert (again.metadata["order"], again.client_reference_id, again.amount_total) == ("7", "7", session.amount_total)
    assert again.line_items.data[0].description == "Tea"
    till.pay(again)
    assert till.read(again).payment_status == "paid"
    assert till.read(session).status == "expired"
    till.sandbox.advance(31 * 86400)
    assert requests.get(link.url, timeout=10, allow_redirects=False).status_code == 404


def test_without_recovery_there_is_no_link(till: Till) -> None:
    session = till.session()
    assert till.v1.checkout.sessions.expire(session.id).after_expiration is None
    assert requests.get(f"{till.sandbox.url}/r/nothing", timeout=10).status_code == 404


def test_an_increment_is_refused(till: Till) -> None:
    held = till.intent(capture_method="manual")
    for params, words in (({"amount": 3000}, "does not support incremental"), ({"amount": 2000}, "greater than")):
        with pytest.raises(stripe.InvalidRequestError, match=words):
            till.v1.payment_intents.increment_authorization(held.id, params)  # type: ignore[arg-type]
    till.v1.payment_intents.capture(held.id)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.v1.payment_intents.increment_authorization(held.id, {"amount": 3000})
    assert refusal.value.code == "payment_intent_unexpected_state"


def test_a_shipping_rate_is_put_away(till: Till) -> None:
    rate = till.v1.shipping_rates.create(
        {"display_name": "Mail", "type": "fixed_amount", "fixed_amount": {"amount": 490, "currency": "eur"}}
    )
    away = till.v1.shipping_rates.update(rate.id, {"active": False, "metadata": {"why": "slow"}})
    assert (away.active, away.metadata["why"]) == (False, "slow")
