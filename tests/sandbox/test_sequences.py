"""Events of one-time payments, in Stripe's order and with the fields that matter (STRIPE.md section 12)."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.fixtures.running import until
from tests.sandbox.till import HELD, Till

WEEK = 7 * 86400


def told(till: Till, session: Any) -> tuple[list[str], dict[str, Any]]:
    """The types in order, and each type's last object."""
    intent = till.v1.checkout.sessions.retrieve(session.id).payment_intent
    story = till.story(session.id, str(intent)) if intent else till.story(session.id)
    return [event.type for event in story], {event.type: event.data.object for event in story}


def settled(till: Till, intent: str) -> None:
    """Wait until charge.updated has brought the balance transaction."""
    till.sandbox.advance(3)
    until(lambda: "charge.updated" in till.types(intent), "the charge settles")


def test_one_time_automatic(till: Till) -> None:
    session = till.session(client_reference_id="order 1", customer_creation="always")
    till.pay(session)
    settled(till, till.read(session).payment_intent.id)
    types, last = told(till, session)
    assert types == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    assert last["charge.succeeded"].captured is True
    assert last["charge.succeeded"].balance_transaction is None
    assert last["payment_intent.succeeded"].amount_received == 2500
    done = last["checkout.session.completed"]
    assert (done.status, done.payment_status, done.client_reference_id) == ("complete", "paid", "order 1")
    assert done.customer_details.email == "ada@buyer.example"
    assert done.payment_intent == last["payment_intent.succeeded"].id
    assert last["charge.updated"].balance_transaction.startswith("txn_")
    assert till.types(done.customer) == ["customer.created"]


def test_one_time_automatic_with_the_session_first(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("session_event", "first")
    session = till.session()
    till.pay(session)
    types, last = told(till, session)
    assert types[:2] == ["checkout.session.completed", "payment_intent.created"]
    assert last["checkout.session.completed"].payment_status == "paid"


def test_balance_transaction_at_once(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("balance_transaction", "at_once")
    session = till.session()
    till.pay(session)
    assert told(till, session)[1]["charge.succeeded"].balance_transaction.startswith("txn_")


def test_manual_success(till: Till) -> None:
    session = till.session(**HELD)
    till.pay(session)
    types, last = told(till, session)
    assert types == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
    ]
    held = last["charge.succeeded"]
    assert (held.captured, held.amount_captured, held.paid) == (False, 0, True)
    assert held.payment_method_details.card.capture_before == held.created + WEEK
    assert last["payment_intent.amount_capturable_updated"].amount_capturable == 2500
    assert last["checkout.session.completed"].payment_status == "unpaid"
    intent = last["payment_intent.amount_capturable_updated"].id
    captured = till.v1.payment_intents.capture(intent)
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 2500, 0)
    settled(till, intent)
    types, last = told(till, session)
    assert types[4:] == ["charge.captured", "payment_intent.succeeded", "charge.updated"]
    assert last["charge.captured"].amount_captured == 2500
    assert till.read(session).payment_status == "paid"


def test_manual_partial(till: Till) -> None:
    session = till.session(**HELD)
    till.pay(session)
    intent = till.read(session).payment_intent.id
    till.v1.payment_intents.capture(intent, {"amount_to_capture": 1000})
    charge = till.read(session).payment_intent.latest_charge
    assert (charge.amount, charge.amount_captured, charge.amount_refunded) == (2500, 1000, 0)
    assert till.v1.refunds.list({"payment_intent": intent}).data == []


def test_manual_cancel(till: Till) -> None:
    session = till.session(**HELD)
    till.pay(session)
    intent = till.read(session).payment_intent.id
    till.v1.payment_intents.cancel(intent, {"cancellation_reason": "requested_by_customer"})
    types, last = told(till, session)
    assert types[4:] == ["payment_intent.canceled"]
    canceled = last["payment_intent.canceled"]
    assert (canceled.cancellation_reason, canceled.amount_capturable) == ("requested_by_customer", 0)
    assert canceled.canceled_at is not None
    charge = till.read(session).payment_intent.latest_charge
    assert (charge.captured, charge.refunded, charge.amount_refunded) == (False, False, 0)


def test_manual_cancel_that_reads_as_a_refund(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("cancel_of_hold", "refunded")
    session = till.session(**HELD)
    till.pay(session)
    till.v1.payment_intents.cancel(till.read(session).payment_intent.id)
    types, last = told(till, session)
    assert types[4:] == ["charge.refunded", "payment_intent.canceled"]
    assert (last["charge.refunded"].captured, last["charge.refunded"].amount_refunded) == (False, 2500)


@pytest.mark.parametrize("reason", ["automatic", "expired"])
def test_manual_expiry(till: Till, variant: Callable[[str, str], None], reason: str) -> None:
    variant("expired_hold", reason)
    session = till.session(**HELD)
    till.pay(session)
    till.sandbox.advance(WEEK - 60)
    assert till.read(session).payment_intent.status == "requires_capture"
    till.sandbox.advance(61)
    types, last = told(till, session)
    assert types[4:] == ["charge.expired", "payment_intent.canceled"]
    assert last["payment_intent.canceled"].cancellation_reason == reason


def test_decline_then_success_in_the_same_session(till: Till) -> None:
    session = till.session()
    assert till.pay(session, "4000000000000002")["state"] == "declined"
    assert till.read(session).status == "open"
    till.pay(session)
    types, last = told(till, session)
    assert types == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert last["charge.failed"].failure_code == "card_declined"
    assert last["charge.failed"].outcome.network_status == "declined_by_network"
    assert last["charge.failed"].outcome.reason == "generic_decline"
    failed = last["payment_intent.payment_failed"]
    assert (failed.status, failed.last_payment_error.decline_code) == ("requires_payment_method", "generic_decline")
    assert failed.id == last["checkout.session.completed"].payment_intent
    assert last["charge.failed"].id != last["charge.succeeded"].id


def test_decline_then_success_with_a_new_intent(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("intent_after_decline", "new")
    session = till.session()
    till.pay(session, "4000000000000002")
    first = till.read(session).payment_intent.id
    till.pay(session)
    assert till.read(session).payment_intent.id != first
    assert till.v1.payment_intents.retrieve(first).status == "canceled"


def test_authentication_success(till: Till) -> None:
    session = till.session()
    till.pay(session, "4000002760003184", authentication="complete")
    types, last = told(till, session)
    assert types == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert last["payment_intent.requires_action"].next_action.type == "redirect_to_url"
    assert last["charge.succeeded"].payment_method_details.card.three_d_secure.result == "authenticated"


def test_authentication_failed_then_the_session_expires(till: Till) -> None:
    session = till.session(expires_at=till.now() + 2100)
    till.pay(session, "4000002760003184", authentication="fail")
    types, last = told(till, session)
    assert types == ["payment_intent.created", "payment_intent.requires_action", "payment_intent.payment_failed"]
    error = last["payment_intent.payment_failed"].last_payment_error
    assert error.code == "payment_intent_authentication_failure"
    assert last["payment_intent.payment_failed"].latest_charge is None
    till.sandbox.advance(2101)
    assert told(till, session)[0][3:] == ["checkout.session.expired", "payment_intent.canceled"]


def test_authenticated_and_still_declined(till: Till) -> None:
    session = till.session()
    till.pay(session, "4000008400001629", authentication="complete")
    assert told(till, session)[0] == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.failed",
        "payment_intent.payment_failed",
    ]


def test_session_expires_by_the_clock(till: Till) -> None:
    session = till.session(expires_at=till.now() + 1900)
    till.sandbox.advance(1901)
    types, last = told(till, session)
    assert types == ["checkout.session.expired"]
    assert (last["checkout.session.expired"].status, last["checkout.session.expired"].url) == ("expired", None)
    assert till.pay(session)["state"] == "over"


def test_refund_in_parts_then_whole(till: Till) -> None:
    intent = till.intent()
    till.v1.refunds.create({"payment_intent": intent.id, "amount": 500, "reason": "requested_by_customer"})
    till.sandbox.advance(6)
    story = [event for event in till.story(intent.id) if "refund" in event.type]
    assert [event.type for event in story] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]
    created, charged, updated = (event.data.object for event in story[:3])
    assert (created.status, created.amount, created.reason) == ("succeeded", 500, "requested_by_customer")
    assert (charged.amount_refunded, charged.refunded) == (500, False)
    assert updated.destination_details.card.reference_status == "available"
    till.v1.refunds.create({"charge": intent.latest_charge})
    charge = till.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (2000, True)


def test_refund_that_is_pending_first(till: Till) -> None:
    intent = till.intent(payment_method="pm_card_pendingRefund")
    refund = till.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert till.v1.charges.retrieve(intent.latest_charge).amount_refunded == 0
    till.sandbox.advance(181)
    types = [one for one in till.types(intent.id) if "refund" in one]
    assert types == ["refund.created", "refund.updated", "charge.refund.updated", "charge.refunded"]
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
    types = [event.type for event in story]
    assert types[-4:] == ["refund.failed", "refund.updated", "charge.refund.updated", "charge.updated"]
    failed = till.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction
    charge = till.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (0, False)


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
    assert last["checkout.session.completed"].payment_status == "unpaid"
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
    assert last["payment_intent.payment_failed"].status == "requires_payment_method"


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
