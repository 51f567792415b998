"""The dashboard for people: what a merchant does by hand at Stripe, and the switches (issue: a whole Stripe in the box)."""

from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from tests.pages import faults_of
from tests.sandbox.till import HELD, Till

PAGES = ("", "customers", "subscriptions", "disputes", "payouts", "events", "webhooks", "clock", "faults", "variants")


def get(till: Till, path: str) -> str:
    answer = requests.get(f"{till.sandbox.url}/{path}", timeout=60)
    answer.raise_for_status()
    return answer.text


def press(till: Till, path: str, **form: Any) -> requests.Response:
    headers = {"Sec-Fetch-Site": "same-origin"}
    return requests.post(f"{till.sandbox.url}/{path}", data=form, headers=headers, allow_redirects=False, timeout=60)


def paid(till: Till, card: str = "4242424242424242", **more: Any) -> str:
    session = till.session(**more)
    till.pay(session, card)
    return str(till.read(session).payment_intent.id)


def at_once(till: Till) -> None:
    """Money that is available now, and more than other tests may have taken away."""
    till.intent(amount=9_000_000, payment_method="pm_card_bypassPending")
    till.sandbox.advance(3)


@pytest.fixture(scope="module")
def busy(sandbox: Any, client: Any, listener: Any) -> Till:
    """A sandbox in which a little of everything has happened."""
    till = Till(sandbox, client, listener)
    paid(till)
    paid(till, "4000000000000259")
    paid(till, **HELD)
    customer = till.v1.customers.create({"email": "mira@buyer.example"})
    method = till.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    till.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    club: Any = {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}}
    price = till.v1.prices.create(club | {"product_data": {"name": "Club"}})
    till.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    return till


def test_every_page_is_sound(busy: Till) -> None:
    links = {link["href"] for path in PAGES for link in BeautifulSoup(get(busy, path), "html.parser").select("main a")}
    inside = {str(link) for link in links if str(link).startswith(("/payments/", "/customers/", "/subscriptions/"))}
    assert {link.split("/")[1] for link in inside} == {"payments", "customers", "subscriptions"}
    for path in (*PAGES, *(link.strip("/") for link in sorted(inside)[:12])):
        assert faults_of(get(busy, path)) == [], path


def test_a_payment_tells_its_story(till: Till) -> None:
    intent = paid(till, payment_intent_data={"description": "Order 7", "metadata": {"order": "7"}})
    page = get(till, f"payments/{intent}")
    for words in ("€25.00", "Order 7", "Visa ending in 4242", "payment_intent.succeeded", "charge.succeeded"):
        assert words in page
    assert f"/payments/{intent}" in get(till, "")
    assert requests.get(f"{till.sandbox.url}/payments/pi_none", timeout=60).status_code == 404


def test_refunds_by_hand(till: Till) -> None:
    intent = paid(till)
    assert press(till, f"payments/{intent}/refunds", amount="7,50", reason="duplicate").status_code == 303
    refund = till.v1.refunds.list({"payment_intent": intent}).data[0]
    assert (refund.amount, refund.reason, refund.status) == (750, "duplicate", "succeeded")
    for odd, words in (("100", "greater than unrefunded"), ("ten", "not an amount"), ("1.234", "not an amount")):
        refused = press(till, f"payments/{intent}/refunds", amount=odd)
        assert (refused.status_code, words in refused.text) == (409, True)
    press(till, f"payments/{intent}/refunds")
    assert till.v1.charges.list({"payment_intent": intent}).data[0].refunded is True
    assert "charge.refunded" in till.types(intent)
    assert press(till, f"payments/{intent}/refunds").status_code == 409


def test_capture_and_release_by_hand(till: Till) -> None:
    held, released = paid(till, **HELD), paid(till, **HELD)
    assert "on hold" in get(till, f"payments/{held}")
    assert press(till, f"payments/{held}/capture", amount="25.01").status_code == 409
    assert press(till, f"payments/{held}/capture", amount="20").status_code == 303
    assert till.v1.payment_intents.retrieve(held).amount_received == 2000
    assert press(till, f"payments/{held}/capture").status_code == 409
    assert press(till, f"payments/{released}/cancellation").status_code == 303
    assert till.v1.payment_intents.retrieve(released).status == "canceled"


def test_a_cardholder_complains_and_the_bank_decides(till: Till) -> None:
    intent = paid(till)
    assert press(till, f"payments/{intent}/disputes", reason="product_not_received").status_code == 303
    dispute = till.v1.disputes.list({"payment_intent": intent}).data[0]
    assert (dispute.reason, dispute.status) == ("product_not_received", "needs_response")
    assert press(till, f"payments/{intent}/disputes", reason="general").status_code == 409
    assert press(till, f"disputes/{dispute.id}", decide="maybe").status_code == 400
    press(till, f"disputes/{dispute.id}", decide="won")
    assert till.v1.disputes.retrieve(dispute.id).status == "won"


def test_test_money_is_paid_out(till: Till) -> None:
    before = till.v1.balance.retrieve()
    at_once(till)
    now = next(one.amount for one in till.v1.balance.retrieve().available if one.currency == "eur")
    assert now > next(one.amount for one in before.available if one.currency == "eur")
    assert press(till, "payouts", currency="eur", amount="900000").status_code == 409
    assert press(till, "payouts", currency="eur", amount="10").status_code == 303
    payout = till.v1.payouts.list({"limit": 1}).data[0]
    assert (payout.amount, payout.status) == (1000, "pending")
    left = next(one.amount for one in till.v1.balance.retrieve().available if one.currency == "eur")
    assert left == now - 1000
    till.sandbox.advance(2 * 86400 + 60)
    assert till.v1.payouts.retrieve(payout.id).status == "paid"
    assert [event.type for event in till.story(payout.id)] == ["payout.created", "payout.paid"]


def test_a_payout_that_is_called_back(till: Till) -> None:
    at_once(till)
    payout = till.v1.payouts.create({"amount": 500, "currency": "eur", "description": "Too early"})
    assert till.v1.payouts.update(payout.id, {"metadata": {"why": "test"}}).metadata["why"] == "test"
    assert till.v1.payouts.cancel(payout.id).status == "canceled"
    till.sandbox.advance(3 * 86400)
    assert till.v1.payouts.retrieve(payout.id).status == "canceled"


def test_a_subscription_by_hand(busy: Till) -> None:
    plan = busy.v1.subscriptions.list({"status": "active", "limit": 1}).data[0].id
    page = get(busy, f"subscriptions/{plan}")
    assert "Cancel at the period&#39;s end" in page or "Cancel at the period's end" in page
    for do, status in (("pause", "paused"), ("resume", "active")):
        assert press(busy, f"subscriptions/{plan}", do=do).status_code == 303
        assert busy.v1.subscriptions.retrieve(plan).status == status
    press(busy, f"subscriptions/{plan}", do="at_period_end")
    assert busy.v1.subscriptions.retrieve(plan).cancel_at_period_end is True
    assert "a subscription ends" in get(busy, "clock").lower()
    press(busy, f"subscriptions/{plan}", do="undo")
    press(busy, f"subscriptions/{plan}", do="keep_drafts")
    assert busy.v1.subscriptions.retrieve(plan).pause_collection.behavior == "keep_as_draft"
    press(busy, f"subscriptions/{plan}", do="collect")
    assert press(busy, f"subscriptions/{plan}", do="resume").status_code == 409
    assert press(busy, f"subscriptions/{plan}", do="dance").status_code == 400


def test_into_a_customers_portal(busy: Till) -> None:
    customer = busy.v1.customers.list({"email": "mira@buyer.example", "limit": 1}).data[0].id
    features: Any = {"invoice_history": {"enabled": True}}
    if not busy.v1.billing_portal.configurations.list({"is_default": True}).data:
        busy.v1.billing_portal.configurations.create({"features": features})
    assert "/p/session/" in press(busy, f"customers/{customer}/portal").headers["Location"]


def test_a_test_clock_by_its_buttons(till: Till) -> None:
    start = till.now()
    clock = till.v1.test_helpers.test_clocks.create({"frozen_time": start, "name": "Years"})
    assert press(till, f"clock/{clock.id}", advance="86400").status_code == 303
    assert till.v1.test_helpers.test_clocks.retrieve(clock.id).frozen_time == start + 86400
    refused = press(till, f"clock/{clock.id}", advance="0")
    assert (refused.status_code, "must be after" in refused.text) == (409, True)
    till.v1.test_helpers.test_clocks.delete(clock.id)


def test_an_endpoint_by_its_buttons(till: Till) -> None:
    endpoint = till.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/hooks", "enabled_events": ["plan.created"]})
    assert str(endpoint.secret) in get(till, "webhooks")
    press(till, f"webhooks/{endpoint.id}", do="roll")
    assert get(till, "webhooks").count(str(endpoint.secret)) == 1
    press(till, f"webhooks/{endpoint.id}", do="disable")
    assert till.v1.webhook_endpoints.retrieve(endpoint.id).status == "disabled"
    press(till, f"webhooks/{endpoint.id}", do="enable")
    assert till.v1.webhook_endpoints.retrieve(endpoint.id).status == "enabled"
    till.v1.webhook_endpoints.delete(endpoint.id)


def test_events_of_one_type(till: Till) -> None:
    till.v1.customers.create({"name": "Ada"})
    page = get(till, "events?type=customer.*")
    shown = {heading.get_text() for heading in BeautifulSoup(page, "html.parser").select(".cards h2")}
    assert "customer.created" in shown
    assert all(one.startswith("customer.") for one in shown)


def test_the_usual_troubles_and_the_rate_limit(till: Till) -> None:
    press(till, "faults", usual="2")
    [rule] = till.sandbox.faults()
    assert (rule["do"], rule["where"], rule["times"]) == ("repeat", "delivery", None)
    assert 'aria-checked="true"' in get(till, "faults")
    press(till, "faults", do="500_before", name="POST /v1/x", times="3", probability="0.25", seed="7")
    rule = till.sandbox.faults()[1]
    assert (rule["probability"], rule["seed"], rule["times"]) == (0.25, 7, 3)
    press(till, "faults/removal")
    assert till.sandbox.faults() == []
    assert press(till, "faults", usual="99").status_code == 400
    limit = f"{till.sandbox.url}/_sandbox/rate_limit"
    press(till, "rate_limit", limit="on")
    assert requests.get(limit, timeout=60).json() == {"test": 25, "live": 100}
    press(till, "rate_limit", limit="off")
    assert requests.get(limit, timeout=60).json() == {}


def test_a_variant_by_its_switch(till: Till) -> None:
    assert press(till, "variants", expired_hold="expired").headers["Location"] == "/variants"
    assert (
        requests.get(f"{till.sandbox.url}/_sandbox/variants", timeout=60).json()["chosen"]["expired_hold"] == "expired"
    )
    press(till, "variants", expired_hold="automatic")
