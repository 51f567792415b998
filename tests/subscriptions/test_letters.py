"""Each letter can be read as text and as HTML, names its dates in the buyer's language, and leads somewhere."""

from datetime import timedelta

import pytest
from html5lib import HTMLParser

from storefront.clock import now
from storefront.outbox.letter import Letter, queue
from storefront.postman.rendering import written
from storefront.settings import Settings
from storefront.subscriptions.invoice_letters import write_failed, write_paid
from storefront.subscriptions.letters import facts_of
from tests.fixtures.environment import shop_environment
from tests.subscriptions.rows import a_paid_invoice, a_subscription, day


@pytest.fixture
def settings():
    return Settings.from_env(shop_environment())


KINDS = ["welcome", "trial_ending", "will_end", "ended", "paused", "resumed", "card_expiring"]


def read(session, settings, letter):
    session.flush()
    text = written(session, settings, letter)
    HTMLParser(strict=True).parse(text.html)
    assert "{{" not in text.subject + text.text + text.html
    for part in (text.text, text.html):
        assert "http://" in part
    return text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("card", ["4242", ""])
def test_every_letter_is_whole(session, settings, kind, card):
    row = a_subscription(
        session, status="trialing", trial_end=day(2027, 3, 1), cancel_at=day(2027, 3, 1), ended_at=now(), language="de",
        card_last4=card, card_brand="visa" if card else "", card_month=3, card_year=2027, name="<b>Ada</b>",
    )  # fmt: skip
    text = read(session, settings, queue(session, kind, "1", row.email, facts=facts_of(row)))
    assert "Tea box" in text.subject
    assert "<b>Ada" not in text.html
    if kind in ("trial_ending", "will_end"):
        assert "1. März 2027" in text.text


@pytest.mark.parametrize("behaviour", ["cancel", "pause", "create_invoice"])
def test_a_trial_without_a_card_says_how_it_ends(session, settings, behaviour):
    row = a_subscription(session, status="trialing", trial_end=day(2027, 3, 1), without_card=behaviour)
    text = read(session, settings, queue(session, "trial_ending", "1", row.email, facts=facts_of(row))).text
    said = {
        "cancel": "it ends, and nothing is charged",
        "pause": "it pauses, and nothing is charged",
        "create_invoice": "add one, or end it",
    }
    assert said[behaviour] in text


def test_a_receipt_and_the_letters_of_a_failing_payment(session, settings):
    row = a_subscription(session, card_last4="0341", card_brand="visa")
    invoice = a_paid_invoice(session, row, now(), now() + timedelta(days=30))
    invoice.attempts, invoice.failing, invoice.next_attempt = 2, "Your card was declined.", day(2027, 3, 1)
    write_failed(session, row, invoice)
    write_failed(session, row, invoice)
    write_paid(session, row, invoice)
    write_paid(session, row, invoice)
    session.flush()
    letters = {letter.kind: letter for letter in session.query(Letter)}
    assert sorted(letters) == ["invoice_receipt", "payment_failed", "recovered"]
    assert "We try again on 1 March 2027" in read(session, settings, letters["payment_failed"]).text
    assert "Your card was declined." in read(session, settings, letters["payment_failed"]).text
    receipt = read(session, settings, letters["invoice_receipt"])
    assert "Tea box: €9.00" in receipt.text
    assert "Paid: €9.00, with Visa **** 0341" in receipt.text
    assert "come through" in read(session, settings, letters["recovered"]).text


def test_an_invoice_of_nothing_has_no_receipt(session):
    row = a_subscription(session)
    invoice = a_paid_invoice(session, row, now(), now(), amount=0)
    write_paid(session, row, invoice)
    session.flush()
    assert session.query(Letter).count() == 0
