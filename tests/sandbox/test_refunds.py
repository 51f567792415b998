"""Refunds: what is refused, and what they do to the balance (STRIPE.md section 6)."""

from typing import Any

import pytest
import stripe

from tests.sandbox.till import Till


def refused(till: Till, **params: Any) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        till.v1.refunds.create(params)  # type: ignore[arg-type]
    return caught.value


def test_more_than_the_rest(till: Till) -> None:
    intent = till.intent()
    till.v1.refunds.create({"payment_intent": intent.id, "amount": 1500})
    error = refused(till, payment_intent=intent.id, amount=501)
    assert (error.http_status, error.code, error.param) == (400, None, "amount")
    assert "€5.01" in str(error)
    assert "€5.00" in str(error)


def test_more_than_the_rest_while_another_is_pending(till: Till) -> None:
    intent = till.intent(payment_method="pm_card_pendingRefund")
    till.v1.refunds.create({"payment_intent": intent.id, "amount": 1500})
    assert refused(till, payment_intent=intent.id, amount=1500).param == "amount"


def test_a_second_whole_refund(till: Till) -> None:
    intent = till.intent()
    till.v1.refunds.create({"payment_intent": intent.id})
    assert refused(till, payment_intent=intent.id).code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_or_less(till: Till, amount: int) -> None:
    assert refused(till, payment_intent=till.intent().id, amount=amount).code == "parameter_invalid_integer"


def test_a_hold_is_canceled_and_not_refunded(till: Till) -> None:
    intent = till.intent(capture_method="manual")
    assert "Cancel it instead" in str(refused(till, payment_intent=intent.id))


def test_only_what_was_captured_is_refunded(till: Till) -> None:
    intent = till.intent(capture_method="manual")
    till.v1.payment_intents.capture(intent.id, {"amount_to_capture": 800})
    refund = till.v1.refunds.create({"payment_intent": intent.id})
    assert refund.amount == 800
    assert till.v1.charges.retrieve(intent.latest_charge).refunded is True


def test_nothing_named_or_both(till: Till) -> None:
    intent = till.intent()
    assert refused(till).code == "parameter_missing"
    assert refused(till, payment_intent=intent.id, charge=intent.latest_charge).code == "parameters_exclusive"
    assert refused(till, charge="ch_none").code == "resource_missing"


def test_the_body_has_what_stripe_sends(till: Till) -> None:
    refund = till.v1.refunds.create({"payment_intent": till.intent().id, "metadata": {"line": "1"}})
    assert refund.object == "refund"
    for absent in ("livemode", "failure_reason", "pending_reason"):
        assert absent not in refund
    assert refund.metadata["line"] == "1"
    assert refund.destination_details.type == "card"


def test_only_a_refund_that_requires_action_is_canceled(till: Till) -> None:
    refund = till.v1.refunds.create({"payment_intent": till.intent().id})
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        till.v1.refunds.cancel(refund.id)


def test_refunds_of_a_charge_by_expansion(till: Till) -> None:
    intent = till.intent()
    made = [till.v1.refunds.create({"payment_intent": intent.id, "amount": amount}).id for amount in (100, 200)]
    assert "refunds" not in till.v1.charges.retrieve(intent.latest_charge)
    charge = till.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert [one.id for one in charge.refunds.data] == made[::-1]
    assert [one.id for one in charge.refunds.auto_paging_iter()] == made[::-1]


def test_the_balance_adds_up(till: Till) -> None:
    intent = till.intent()
    till.sandbox.advance(3)
    refund = till.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    till.sandbox.advance(1)
    charge = till.v1.charges.retrieve(intent.latest_charge, {"expand": ["balance_transaction"]})
    entry = charge.balance_transaction
    assert (entry.amount, entry.fee, entry.net) == (2000, 55, 1945)
    assert sum(detail.amount for detail in entry.fee_details) == entry.fee
    back = till.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (back.amount, back.fee, back.net, back.type, back.source) == (-500, 0, -500, "refund", refund.id)
    found = till.v1.balance_transactions.list({"source": intent.latest_charge}).data
    assert [one.id for one in found] == [entry.id]
    assert (entry.status, till.v1.balance_transactions.retrieve(entry.id).available_on) == (
        "pending",
        entry.available_on,
    )
    till.sandbox.advance(7 * 86400 + 5)
    assert till.v1.balance_transactions.retrieve(entry.id).status == "available"
