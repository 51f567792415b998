"""The rows of the event orders that come after a payment: refunds, debits that take days, reviews."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.story import REFUNDED, told
from tests.sandbox.till import HELD, Till


def test_refund_in_parts_then_whole(till: Till) -> None:
    intent = till.intent()
    till.v1.refunds.create({"payment_intent": intent.id, "amount": 500, "reason": "requested_by_customer"})
    till.sandbox.advance(6)
    story = [event for event in till.story(intent.id) if "refund" in event.type]
    assert [event.type for event in story] == REFUNDED
    created, charged, updated = (event.data.object for event in story[:3])
    assert (created.status, created.amount, created.reason) == ("succeeded", 500, "requested_by_customer")
    assert (charged.amount_refunded, charged.refunded) == (500, False)
    assert updated.destination_details.card.reference_status == "available"
    till.v1.refunds.create({"charge": intent.latest_charge})
    till.sandbox.advance(6)
    rest = [event for event in till.story(intent.id) if "refund" in event.type][4:]
    assert [event.type for event in rest] == [event.type for event in story]
    created, charged, updated = (event.data.object for event in rest[:3])
    assert (created.status, created.amount, created.reason) == ("succeeded", 1500, None)
    assert (charged.amount_refunded, charged.refunded) == (2000, True)
    assert updated.destination_details.card.reference_status == "available"
    assert till.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_refund_outside_the_app(till: Till) -> None:
    """By hand in the dashboard: the same events, and none of the shop's keys in the refund's metadata."""
    intent = till.intent(metadata={"order": "7"})
    address = f"{till.sandbox.url}/payments/{intent.id}/refunds"
    requests.post(address, data={"amount": "5.00"}, timeout=20).raise_for_status()
    till.sandbox.advance(6)
    story = [event for event in till.story(intent.id) if "refund" in event.type]
    assert [event.type for event in story] == REFUNDED
    refund, charge = story[0].data.object, story[1].data.object
    assert (refund.metadata.to_dict(), refund.payment_intent, refund.amount) == ({}, intent.id, 500)
    assert charge.metadata["order"] == "7"
    assert (story[0].request.id, story[0].request.idempotency_key) == (None, None)


def test_refund_that_is_pending_first(till: Till) -> None:
    intent = till.intent(payment_method="pm_card_pendingRefund")
    refund = till.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert till.v1.charges.retrieve(intent.latest_charge).amount_refunded == 0
    till.sandbox.advance(181)
    story = [event for event in till.story(intent.id) if "refund" in event.type]
    assert [event.type for event in story] == [
        "refund.created",
        "refund.updated",
        "charge.refund.updated",
        "charge.refunded",
    ]
    assert [event.data.object.status for event in story[:3]] == ["pending", "succeeded", "succeeded"]
    assert (story[3].data.object.amount_refunded, story[3].data.object.refunded) == (2000, True)
    assert till.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert till.v1.charges.retrieve(intent.latest_charge).amount_refunded == 2000


def test_pending_refund_that_counts_at_once(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("pending_refund", "counted")
    intent = till.intent(payment_method="pm_card_pendingRefund")
    till.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    assert till.v1.charges.retrieve(intent.latest_charge).amount_refunded == 700
    till.sandbox.advance(181)
    assert till.v1.charges.retrieve(intent.latest_charge).amount_refunded == 700


def test_refund_that_fails_later(till: Till) -> None:
    intent = till.intent(payment_method="pm_card_refundFail")
    refund = till.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    till.sandbox.advance(181)
    story = [event for event in till.story(intent.id) if "refund" in event.type or event.type == "charge.updated"]
    told_of = [(event.type, event.data.object) for event in story if not _brings_money(event)]
    assert [kind for kind, _ in told_of] == [
        "refund.created",
        "charge.refunded",
        "refund.failed",
        "refund.updated",
        "charge.refund.updated",
        "charge.updated",
    ]
    created, charged, failed, *_, lowered = (thing for _, thing in told_of)
    assert (created.status, charged.amount_refunded, charged.refunded) == ("succeeded", 2000, True)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.startswith("txn_")
    assert (lowered.amount_refunded, lowered.refunded) == (0, False)


def _brings_money(event: stripe.Event) -> bool:
    """charge.updated of a charge that has settled: it may come before or after the refund."""
    return "balance_transaction" in (event.data.to_dict().get("previous_attributes") or {})


def debited(till: Till, iban: str) -> Any:
    session = till.session(allowed_payment_method_types=["card", "sepa_debit"], **HELD)
    assert session.payment_method_types == ["card", "sepa_debit"]
    assert till.submit(session, method="sepa_debit", iban=iban, holder="Ada Buyer").status_code == 303
    return session


@pytest.mark.parametrize(("iban", "seconds"), [("AT611904300234573201", 6), ("AT32 1904 3002 3547 3204", 181)])
def test_async_success(till: Till, iban: str, seconds: int) -> None:
    session = debited(till, iban)
    types, last = told(till, session)
    assert types == [
        "payment_intent.created",
        "payment_intent.processing",
        "charge.pending",
        "checkout.session.completed",
    ]
    done = last["checkout.session.completed"]
    assert (done.status, done.payment_status) == ("complete", "unpaid")
    assert last["payment_intent.processing"].status == "processing"
    assert last["charge.pending"].payment_method_details.sepa_debit.last4 == iban[-4:]
    till.sandbox.advance(seconds)
    types, last = told(till, session)
    assert types[4:7] == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded"]
    assert last["checkout.session.async_payment_succeeded"].payment_status == "paid"
    refund = till.v1.refunds.create({"payment_intent": till.read(session).payment_intent.id})
    assert (refund.status, refund.destination_details.type) == ("succeeded", "eu_bank_transfer")


def test_async_failure(till: Till) -> None:
    session = debited(till, "AT861904300235473202")
    till.sandbox.advance(6)
    types, last = told(till, session)
    assert types[4:] == ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    failed = last["checkout.session.async_payment_failed"]
    assert (failed.status, failed.payment_status) == ("complete", "unpaid")
    assert last["checkout.session.completed"].payment_status == "unpaid"
    assert last["payment_intent.payment_failed"].status == "requires_payment_method"
    assert last["charge.failed"].status == "failed"


def test_an_account_that_is_not_published(till: Till) -> None:
    session = till.session(allowed_payment_method_types=["sepa_debit"])
    answer = till.submit(session, method="sepa_debit", iban="DE89370400440532013000", holder="Ada")
    assert answer.status_code == 200
    assert "DE8937" not in answer.text
    assert till.read(session).payment_intent is None


def test_sepa_debit_where_the_account_offers_it(till: Till, variant: Callable[[str, str], None]) -> None:
    assert till.session().payment_method_types == ["card"]
    variant("dynamic_methods", "card_and_sepa_debit")
    assert till.session().payment_method_types == ["card", "sepa_debit"]
    assert till.session(payment_intent_data={"capture_method": "manual"}).payment_method_types == ["card"]
    assert till.session(excluded_payment_method_types=["sepa_debit"]).payment_method_types == ["card"]


def test_review_opened_and_approved(till: Till) -> None:
    session = till.session(**HELD)
    till.pay(session, "4000000000009235")
    types, last = told(till, session)
    assert types[-2:] == ["review.opened", "checkout.session.completed"]
    review = last["review.opened"]
    assert (review.open, review.reason) == (True, "rule")
    intent = till.read(session).payment_intent
    assert intent.review == intent.latest_charge.review == review.id
    assert till.v1.reviews.approve(review.id).closed_reason == "approved"
    assert told(till, session)[0][-1] == "review.closed"
    assert till.read(session).payment_intent.review is None
    with pytest.raises(stripe.InvalidRequestError, match="already been closed"):
        till.v1.reviews.approve(review.id)


@pytest.mark.parametrize(("reason", "closed"), [("fraudulent", "refunded_as_fraud"), ("duplicate", "refunded")])
def test_review_closed_by_a_refund(till: Till, reason: Any, closed: str) -> None:
    intent = till.intent(payment_method="pm_card_riskLevelElevated")
    assert intent.review in [one.id for one in till.v1.reviews.list({"limit": 100}).data]
    till.v1.refunds.create({"payment_intent": intent.id, "reason": reason})
    assert till.v1.reviews.retrieve(str(intent.review)).closed_reason == closed
    assert intent.review not in [one.id for one in till.v1.reviews.list({"limit": 100}).data]


def test_review_closed_by_the_end_of_the_hold(till: Till) -> None:
    intent = till.intent(payment_method="pm_card_riskLevelElevated", capture_method="manual")
    till.v1.payment_intents.cancel(intent.id)
    assert till.v1.reviews.retrieve(str(intent.review)).closed_reason == "canceled"
