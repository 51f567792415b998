"""Stripe's published test cards on the hosted page (STRIPE.md section 5)."""

import pytest

from sandbox import cards
from tests.sandbox.till import HELD, Till

PAYING = [card for card in cards.PUBLISHED if card.decline is None and card.authenticate == "never"]
ASKING = [card for card in cards.PUBLISHED if card.authenticate != "never" and not card.decline]
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


@pytest.mark.parametrize("card", PAYING, ids=lambda card: card.token)
def test_a_card_that_pays(till: Till, card: cards.Card) -> None:
    session = till.session()
    assert till.pay(session, card.number)["state"] == "done"
    paid = till.read(session)
    charge = paid.payment_intent.latest_charge
    details = charge.payment_method_details.card
    assert (paid.status, paid.payment_status, paid.payment_intent.status) == ("complete", "paid", "succeeded")
    assert (details.brand, details.funding, details.last4) == (card.brand, card.funding, card.number[-4:])
    assert (charge.captured, charge.amount_captured, charge.outcome.risk_level) == (True, 2500, card.risk)
    assert charge.outcome.type == ("manual_review" if card.risk == "elevated" else "authorized")


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


@pytest.mark.parametrize("card", ASKING, ids=lambda card: card.token)
def test_a_card_that_wants_authentication(till: Till, card: cards.Card) -> None:
    session = till.session()
    answer = till.submit(session, card_number=card.number)
    assert answer.headers["Location"].endswith(f"/c/{session.id}/authentication")
    assert till.read(session).payment_intent.status == "requires_action"
    done = till.pay(session, card.number, authentication="complete")
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
    ("token", "status"),
    [("pm_card_visa", "succeeded"), ("pm_card_authenticationRequiredSetupForOffSession", "succeeded")],
)
def test_off_session_payments(till: Till, token: str, status: str) -> None:
    assert till.intent(payment_method=token, off_session=True).status == status


def test_every_published_number_passes_luhn() -> None:
    assert [card.number for card in cards.PUBLISHED if not cards.luhn(card.number)] == []
