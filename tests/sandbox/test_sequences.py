"""Events of one-time payments, in Stripe's order and with the fields that matter (STRIPE.md section 12)."""

from collections.abc import Callable

import pytest

from tests.sandbox.story import settled, told
from tests.sandbox.till import HELD, Till

WEEK = 7 * 86400


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
    with_customer = till.types(session.id, done.payment_intent, done.customer)
    assert with_customer == [types[0], "customer.created", *types[1:]]
    assert (done.status, done.payment_status, done.client_reference_id) == ("complete", "paid", "order 1")
    assert done.customer_details.email == "ada@buyer.example"
    assert done.payment_intent == last["payment_intent.succeeded"].id
    assert last["charge.updated"].balance_transaction.startswith("txn_")


def test_one_time_automatic_with_the_session_first(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("session_event", "first")
    session = till.session()
    till.pay(session)
    types, last = told(till, session)
    assert types == [
        "checkout.session.completed",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
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
    assert last["payment_intent.succeeded"].amount_received == 2500
    assert last["charge.updated"].balance_transaction.startswith("txn_")
    assert till.read(session).payment_status == "paid"


def test_manual_partial(till: Till) -> None:
    session = till.session(**HELD)
    till.pay(session)
    intent = till.read(session).payment_intent.id
    till.v1.payment_intents.capture(intent, {"amount_to_capture": 1000})
    settled(till, intent)
    types, last = told(till, session)
    assert types[4:] == ["charge.captured", "payment_intent.succeeded", "charge.updated"]
    assert (last["charge.captured"].amount_captured, last["payment_intent.succeeded"].amount_received) == (1000, 1000)
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


def test_manual_expiry_that_the_intent_tells_first(till: Till, variant: Callable[[str, str], None]) -> None:
    variant("expired_hold_events", "intent_first")
    session = till.session(**HELD)
    till.pay(session)
    till.sandbox.advance(WEEK + 1)
    assert told(till, session)[0][4:] == ["payment_intent.canceled", "charge.expired"]


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
    types, last = told(till, session)
    assert types == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    assert last["charge.failed"].payment_method_details.card.three_d_secure.result == "authenticated"
    assert last["payment_intent.payment_failed"].last_payment_error.code == "card_declined"
    assert till.read(session).status == "open"


def test_session_expires_by_the_clock(till: Till) -> None:
    recovery = {"recovery": {"enabled": True}}
    session = till.session(expires_at=till.now() + 1900, after_expiration=recovery)
    till.sandbox.advance(1901)
    types, last = told(till, session)
    assert types == ["checkout.session.expired"]
    expired = last["checkout.session.expired"]
    assert (expired.status, expired.url) == ("expired", None)
    assert expired.after_expiration.recovery.url.startswith(till.sandbox.url)
    assert till.pay(session)["state"] == "over"
