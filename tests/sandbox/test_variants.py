"""Both answers to what is not known of Stripe, where the other tests meet one of them only (sandbox/variants.py)."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import stripe

from sandbox.variants import VARIANTS
from tests.fixtures.running import until
from tests.sandbox.listener import Ear
from tests.sandbox.story import told
from tests.sandbox.till import HELD, Till

Choose = Callable[[str, str], None]
FAILING_REFUND = "4000000000005126"


def test_each_is_told_of_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "sandbox" / "README.md").read_text()
    rows = {
        line.split("|")[1].strip(): line.split("|")[2].split() for line in readme.splitlines() if line.startswith("| `")
    }
    for one in VARIANTS:
        assert [word.strip("`") for word in rows[f"`{one.name}`"]] == list(one.choices)


def test_an_intent_from_the_start(till: Till, variant: Choose) -> None:
    variant("session_intent", "at_once")
    session = till.session()
    assert till.types(str(session.payment_intent)) == ["payment_intent.created"]
    till.pay(session)
    assert till.read(session).payment_intent.id == session.payment_intent
    assert told(till, session)[0].count("payment_intent.created") == 1


@pytest.mark.parametrize(("choice", "status"), [("canceled", "canceled"), ("left", "requires_payment_method")])
def test_the_intent_of_a_session_that_expires(till: Till, variant: Choose, choice: str, status: str) -> None:
    variant("intent_of_expired", choice)
    session = till.session()
    till.pay(session, "4000000000000002")
    till.v1.checkout.sessions.expire(session.id)
    assert till.read(session).payment_intent.status == status


@pytest.mark.parametrize("choice", ["paid", "unpaid"])
def test_what_a_captured_session_reads(till: Till, variant: Choose, choice: str) -> None:
    variant("captured_session", choice)
    session = till.session(**HELD)
    till.pay(session)
    till.v1.payment_intents.capture(till.read(session).payment_intent.id)
    assert till.read(session).payment_status == choice


@pytest.mark.parametrize(("choice", "left"), [("uncounted", 0), ("counted", 2500)])
def test_a_refund_that_fails(till: Till, variant: Choose, choice: str, left: int) -> None:
    variant("failed_refund", choice)
    session = till.session()
    till.pay(session, FAILING_REFUND)
    refund = till.v1.refunds.create({"payment_intent": till.read(session).payment_intent.id})
    till.sandbox.advance(200)
    assert till.v1.refunds.retrieve(refund.id).status == "failed"
    assert till.read(session).payment_intent.latest_charge.amount_refunded == left


def test_three_tries_in_some_hours(till: Till, ear: Ear, variant: Choose) -> None:
    variant("delivery_retries", "three_tries")
    ear.listener.status = 500
    till.v1.customers.create()

    def attempts() -> list[int]:
        return [one["attempt"] for one in till.sandbox.deliveries() if one["endpoint"] == ear.endpoint.id]

    until(attempts, "the first attempt is made")
    for wait in (301, 7201, 86400, 86400):
        till.sandbox.advance(wait)
    assert attempts() == [1, 2, 3]


def test_a_portal_that_nobody_has_set_up(till: Till, variant: Choose) -> None:
    live = {"api_key": "sk_live_of_the_tests"}
    customer = till.v1.customers.create({"email": "ada@buyer.example"}, live)  # type: ignore[arg-type]
    with pytest.raises(stripe.InvalidRequestError, match="default configuration has not been created"):
        till.v1.billing_portal.sessions.create({"customer": customer.id}, live)  # type: ignore[arg-type]
    variant("portal_default", "made")
    session = till.v1.billing_portal.sessions.create({"customer": customer.id}, live)  # type: ignore[arg-type]
    assert requests.get(session.url, timeout=60).status_code == 200


def test_a_portal_link_that_lives_two_hours_at_most(till: Till, variant: Choose) -> None:
    till.v1.billing_portal.configurations.create({"features": {"invoice_history": {"enabled": True}}})
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    session = till.v1.billing_portal.sessions.create({"customer": customer.id})

    def used() -> int:
        return requests.get(session.url, timeout=60).status_code

    assert used() == 200
    for _ in range(3):
        till.sandbox.advance(3000)
        assert used() == 200
    variant("portal_cap", "two_hours")
    assert used() == 410


@pytest.mark.parametrize("code", ["payment_method_types_no_longer_supported", "parameter_unknown"])
def test_the_code_for_payment_method_types_in_checkout(till: Till, variant: Choose, code: str) -> None:
    variant("checkout_types_code", code)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.session(payment_method_types=["card"])
    assert (refusal.value.code, refusal.value.param) == (code, "payment_method_types")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.intent(payment_method_types=["card"])
    assert refusal.value.code == "payment_method_types_no_longer_supported"


def test_a_charge_below_the_minimum(till: Till, variant: Choose) -> None:
    cup = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 40, "product_data": {"name": "Sip"}}}
    for make in (lambda: till.intent(amount=40), lambda: till.session(line_items=[cup])):
        variant("smallest_amounts", "enforced")
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            make()
        assert refusal.value.code == "amount_too_small"
        variant("smallest_amounts", "any")
        assert make().currency == "eur"
