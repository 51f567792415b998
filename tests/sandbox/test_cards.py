"""Stripe's published test cards on the hosted page (STRIPE.md section 5)."""

from dataclasses import dataclass

import pytest
import stripe

from sandbox import cards
from tests.sandbox.till import HELD, SHOP, Till


@dataclass(frozen=True)
class Pays:
    """What a card that pays must show; `checks` of security code, first line and postal code."""

    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    checks: tuple[str, str, str] = ("pass", "pass", "pass")
    risk: str = "normal"


PAYING = {
    "4242424242424242": Pays(),
    "4000056655665556": Pays(funding="debit"),
    "5555555555554444": Pays("mastercard"),
    "5200828282828210": Pays("mastercard", "debit"),
    "5105105105105100": Pays("mastercard", "prepaid"),
    "378282246310005": Pays("amex"),
    "6011111111111117": Pays("discover"),
    "3056930009020004": Pays("diners"),
    "3566002020360505": Pays("jcb", country="JP"),
    "6200000000000005": Pays("unionpay", country="CN"),
    "4000002760000016": Pays(country="DE"),
    "4000008260000000": Pays(country="GB"),
    "4000002500000003": Pays(country="FR"),
    "4000000000003055": Pays(),
    "4000000000003097": Pays(),
    "4000000000004954": Pays(risk="highest"),
    "4000000000009235": Pays(risk="elevated"),
    "4000000000000101": Pays(checks=("fail", "pass", "pass")),
    "4000000000000036": Pays(checks=("pass", "pass", "fail")),
    "4000000000000028": Pays(checks=("pass", "fail", "pass")),
    "4000000000000010": Pays(checks=("pass", "fail", "fail")),
    "4000000000000044": Pays(checks=("pass", "unavailable", "unavailable")),
}
ASKING = ("4000002500003155", "4000002760003184", "4000003800000446", "4000000000003220", "4000008400000027")
HOME = {"billing_line1": "Lane 1", "billing_city": "Berlin", "billing_postal_code": "10115", "billing_country": "DE"}
DECLINED = {
    "4000000000000002": ("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "4000000000009987": ("card_declined", "lost_card", "Your card was declined."),
    "4000000000009979": ("card_declined", "stolen_card", "Your card was declined."),
    "4000000000000069": ("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": ("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    "4000000000000119": ("processing_error", "processing_error", "An error occurred while processing your card."),
    "4000000000006975": (
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts",
    ),
    "4000000000000341": ("card_declined", "generic_decline", "Your card was declined."),
    "4100000000000019": ("card_declined", "fraudulent", "Your card was declined."),
    "4000008400001280": ("card_declined", "generic_decline", "Your card was declined."),
}


@pytest.mark.parametrize("number", PAYING)
def test_a_card_that_pays(till: Till, number: str) -> None:
    card, session = PAYING[number], till.session(billing_address_collection="required")
    assert till.pay(session, number, **HOME)["state"] == "done"
    paid = till.read(session)
    charge = paid.payment_intent.latest_charge
    details = charge.payment_method_details.card
    assert (paid.status, paid.payment_status, paid.payment_intent.status) == ("complete", "paid", "succeeded")
    assert (details.brand, details.funding, details.country) == (card.brand, card.funding, card.country)
    assert (details.last4, details.three_d_secure) == (number[-4:], None)
    checks = details.checks
    assert (checks.cvc_check, checks.address_line1_check, checks.address_postal_code_check) == card.checks
    assert (charge.captured, charge.amount_captured, charge.outcome.risk_level) == (True, 2500, card.risk)
    assert charge.outcome.type == ("manual_review" if card.risk == "elevated" else "authorized")


def test_a_card_whose_bank_asks_nothing_although_it_could(till: Till) -> None:
    """4000000032200000: authenticated without a question."""
    session = till.session()
    till.pay(session, "4000000032200000")
    secure = till.read(session).payment_intent.latest_charge.payment_method_details.card.three_d_secure
    assert (secure.authentication_flow, secure.result) == ("frictionless", "authenticated")


def test_money_that_is_available_at_once(till: Till) -> None:
    intent = till.intent(payment_method="pm_card_bypassPending")
    till.sandbox.advance(3)
    charge = till.v1.charges.retrieve(str(intent.latest_charge), {"expand": ["balance_transaction"]})
    assert (charge.balance_transaction.status, charge.balance_transaction.available_on) == (
        "available",
        charge.balance_transaction.created,
    )


def test_a_payment_that_radar_blocks(till: Till) -> None:
    session = till.session()
    till.pay(session, "4100000000000019")
    outcome = till.read(session).payment_intent.latest_charge.outcome
    assert (outcome.type, outcome.network_status) == ("blocked", "not_sent_to_network")
    assert (outcome.reason, outcome.risk_level) == ("highest_risk_level", "highest")


@pytest.mark.parametrize("number", DECLINED)
def test_a_card_that_is_declined_leaves_the_session_open(till: Till, number: str) -> None:
    code, decline_code, words = DECLINED[number]
    session = till.session()
    answer = till.submit(session, card_number=number)
    assert answer.status_code == 200
    assert words.replace("'", "&#39;") in answer.text
    failed = till.read(session)
    error, charge = failed.payment_intent.last_payment_error, failed.payment_intent.latest_charge
    assert (failed.status, failed.payment_status, failed.payment_intent.status) == (
        "open",
        "unpaid",
        "requires_payment_method",
    )
    assert (error.code, error.decline_code) == (code, decline_code)
    assert (charge.status, charge.failure_code, charge.paid) == ("failed", code, False)
    assert failed.payment_intent.payment_method is None


@pytest.mark.parametrize("number", ASKING)
def test_a_card_that_wants_authentication(till: Till, number: str) -> None:
    session = till.session()
    answer = till.submit(session, card_number=number)
    assert answer.headers["Location"].endswith(f"/c/{session.id}/authentication")
    assert till.read(session).payment_intent.status == "requires_action"
    done = till.pay(session, number, authentication="complete")
    assert done["state"] == "done"
    charge = till.read(session).payment_intent.latest_charge
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"


@pytest.mark.parametrize(
    ("number", "decline_code"), [("4000008260003178", "insufficient_funds"), ("4000008400001629", "generic_decline")]
)
def test_a_card_that_is_declined_after_authentication(till: Till, number: str, decline_code: str) -> None:
    session = till.session()
    outcome = till.pay(session, number, authentication="complete")
    assert (outcome["state"], outcome["decline_code"]) == ("declined", decline_code)
    charge = till.read(session).payment_intent.latest_charge
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert charge.status == "failed"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"card_number": "4242424242424241"}, "Your card number is invalid."),
        ({"card_number": "4242 4242"}, "Your card number is incomplete."),
        ({"card_number": "4929000000006"}, "It takes only"),
        ({"expiry": "13/30"}, "Your card&#39;s expiration month is invalid."),
        ({"expiry": "12/20"}, "Your card&#39;s expiration year is in the past."),
        ({"expiry": "soon"}, "Your card&#39;s expiration date is incomplete."),
        ({"cvc": "99"}, "Your card&#39;s security code is incomplete."),
        ({"card_number": "378282246310005", "cvc": "123"}, "Your card&#39;s security code is incomplete."),
        ({"email": "nobody"}, "Your email is incomplete."),
        ({"name": ""}, "Write the name that stands on the card."),
    ],
)
def test_what_is_typed_wrong_never_reaches_the_bank(till: Till, fields: dict[str, str], words: str) -> None:
    session = till.session()
    answer = till.submit(session, **fields)
    assert answer.status_code == 200
    assert words.lower() in answer.text.lower()
    assert till.read(session).payment_intent is None


def test_a_number_that_is_not_published_is_neither_shown_nor_kept(till: Till) -> None:
    real_looking = "4556737586899855"
    session = till.session()
    answer = till.submit(session, card_number=real_looking)
    assert "published test cards" in answer.text
    assert real_looking not in answer.text
    kept = b"".join(path.read_bytes() for path in till.sandbox.clock_file.parent.glob("sandbox*") if path.is_file())
    assert real_looking.encode() not in kept


def test_even_a_test_number_is_kept_only_by_its_last_four(till: Till) -> None:
    session = till.session(**HELD)
    till.pay(session, "5555555555554444")
    kept = b"".join(path.read_bytes() for path in till.sandbox.clock_file.parent.glob("sandbox*") if path.is_file())
    assert b"5555555555554444" not in kept
    assert till.read(session).payment_intent.latest_charge.payment_method_details.card.last4 == "4444"


@pytest.mark.parametrize(
    ("number", "passes"), [("4000002500003155", True), ("4000002760003184", False), ("4000003800000446", True)]
)
@pytest.mark.parametrize("how", ["setup_intent", "payment"])
def test_a_card_that_was_set_up_for_the_owners_absence(till: Till, number: str, passes: bool, how: str) -> None:
    customer = till.v1.customers.create({"email": "ada@buyer.example"}).id
    session = (
        till.session(mode="setup", line_items=None, currency="eur", customer=customer)
        if how == "setup_intent"
        else till.session(customer=customer, payment_intent_data={"setup_future_usage": "off_session"})
    )
    till.pay(session, number, authentication="complete")
    kept = till.v1.payment_methods.list({"customer": customer}).data[0].id
    again = {"payment_method": kept, "customer": customer}
    if passes:
        assert till.intent(off_session=True, **again).status == "succeeded"
    else:
        with pytest.raises(stripe.CardError) as refusal:
            till.intent(off_session=True, **again)
        assert refusal.value.code == "authentication_required"
    present = till.intent(**again, automatic_payment_methods={"enabled": True}, return_url=SHOP)
    assert present.status == "requires_action"


@pytest.mark.parametrize(
    ("token", "number"),
    [
        ("pm_card_authenticationRequiredOnSetup", "4000002500003155"),
        ("pm_card_authenticationRequired", "4000002760003184"),
    ],
)
def test_a_card_that_was_never_set_up_wants_its_owner(till: Till, token: str, number: str) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        till.intent(payment_method=token, off_session=True)
    assert refusal.value.code == "authentication_required"
    assert refusal.value.error.payment_method.card.last4 == number[-4:]


def test_a_card_that_was_set_up_elsewhere_passes_without_its_owner(till: Till) -> None:
    token = "pm_card_authenticationRequiredSetupForOffSession"
    assert till.intent(payment_method=token, off_session=True).status == "succeeded"


def test_every_published_number_passes_luhn() -> None:
    assert [card.number for card in cards.PUBLISHED if not cards.luhn(card.number)] == []
