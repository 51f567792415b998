"""Disputes, early fraud warnings and files (STRIPE.md sections 7 and 12)."""

import io
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import Till

DAY = 86400
PDF = b"%PDF-1.7\nproof of delivery\n%%EOF"


def disputed(till: Till, card: str = "pm_card_createDispute", **more: Any) -> tuple[stripe.PaymentIntent, Any]:
    intent = till.intent(payment_method=card, **more)
    found = till.v1.disputes.list({"payment_intent": intent.id}).data
    return intent, found[0] if found else None


def upload(till: Till, content: bytes = PDF, purpose: Any = "dispute_evidence") -> stripe.File:
    file = io.BytesIO(content)
    file.name = "proof.pdf"
    return till.v1.files.create({"file": file, "purpose": purpose})


def test_fraudulent(till: Till) -> None:
    intent, dispute = disputed(till)
    assert till.types(intent.id) == [
        "payment_intent.created",
        "charge.succeeded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.updated",
        "payment_intent.succeeded",
    ]
    story = {event.type: event.data.object for event in till.story(intent.id)}
    opened = story["charge.dispute.created"]
    assert (opened.status, opened.reason, opened.amount) == ("needs_response", "fraudulent", 2000)
    assert opened.evidence_details.due_by == dispute.evidence_details.due_by
    assert opened.is_charge_refundable is False
    assert dispute.payment_method_details.card.network_reason_code == "10.4"
    assert dispute.is_charge_refundable is False
    assert (dispute.evidence_details.due_by + 1) % DAY == 0
    assert 8 * DAY <= dispute.evidence_details.due_by - dispute.created < 9 * DAY
    pulled = dispute.balance_transactions[0]
    assert (pulled.type, pulled.amount, pulled.fee, pulled.net) == ("adjustment", -2000, 1500, -3500)
    assert pulled.fee_details[0].description == "Dispute fee"
    assert till.v1.balance_transactions.retrieve(pulled.id).source == dispute.id
    assert story["charge.updated"].disputed is True


def test_a_held_charge_is_disputed_when_it_is_captured(till: Till) -> None:
    intent, none = disputed(till, "pm_card_createDisputeProductNotReceived", capture_method="manual")
    assert none is None
    till.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1500})
    dispute = till.v1.disputes.list({"charge": str(intent.latest_charge)}).data[0]
    assert (dispute.amount, dispute.reason) == (1500, "product_not_received")
    assert till.types(intent.id)[3:] == [
        "charge.captured",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.updated",
        "payment_intent.succeeded",
    ]


def test_a_disputed_charge_cannot_be_refunded(till: Till) -> None:
    intent, _ = disputed(till)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.v1.refunds.create({"payment_intent": intent.id})
    assert refusal.value.code == "charge_disputed"


def test_evidence_is_staged_then_submitted_then_won(till: Till) -> None:
    intent, dispute = disputed(till)
    proof = upload(till)
    staged = till.v1.disputes.update(
        dispute.id,
        {"evidence": {"uncategorized_text": "winning_evidence", "shipping_documentation": proof.id}, "submit": False},
    )
    assert (staged.status, staged.evidence_details.submission_count) == ("needs_response", 0)
    assert (staged.evidence_details.has_evidence, staged.evidence.shipping_documentation) == (True, proof.id)
    sent = till.v1.disputes.update(dispute.id, {"submit": True})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert sent.evidence_details.submission_method == "manual"
    with pytest.raises(stripe.InvalidRequestError, match="already been submitted"):
        till.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Ada"}})
    till.sandbox.advance(6)
    told = till.story(intent.id)[6:]
    assert [event.type for event in told] == [
        "charge.dispute.updated",
        "charge.dispute.updated",
        "charge.updated",
        "charge.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    answered, closed = told[1].data.object, told[5].data.object
    assert (answered.status, answered.evidence_details.submission_count) == ("under_review", 1)
    assert (closed.status, closed.is_charge_refundable) == ("won", True)
    won = till.v1.disputes.retrieve(dispute.id)
    assert (won.status, won.is_charge_refundable) == ("won", True)
    assert [entry.net for entry in won.balance_transactions] == [-3500, 2000]
    assert till.v1.charges.retrieve(intent.latest_charge).disputed is True
    assert till.v1.refunds.create({"payment_intent": intent.id, "amount": 100}).status == "succeeded"


def test_lost_by_evidence(till: Till) -> None:
    intent, dispute = disputed(till)
    till.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "losing_evidence"}})
    till.sandbox.advance(6)
    closed, charge = till.story(intent.id)[-2:]
    assert (closed.type, charge.type) == ("charge.dispute.closed", "charge.updated")
    assert (closed.data.object.status, charge.data.object.disputed) == ("lost", True)


def test_accepted(till: Till) -> None:
    intent, dispute = disputed(till)
    assert till.v1.disputes.close(dispute.id).status == "lost"
    closed, charge = till.story(intent.id)[-2:]
    assert (closed.type, charge.type) == ("charge.dispute.closed", "charge.updated")
    assert closed.data.object.status == "lost"
    for again in (lambda: till.v1.disputes.close(dispute.id), lambda: till.v1.disputes.update(dispute.id, {})):
        with pytest.raises(stripe.InvalidRequestError, match="already closed"):
            again()


def test_a_dispute_that_nobody_answers_is_lost(till: Till) -> None:
    _, dispute = disputed(till)
    till.sandbox.advance(dispute.evidence_details.due_by - till.now() + 2)
    missed = till.v1.disputes.retrieve(dispute.id)
    assert (missed.status, missed.evidence_details.past_due) == ("lost", True)


def test_inquiry_that_escalates(till: Till) -> None:
    intent, dispute = disputed(till, "pm_card_createDisputeInquiry")
    assert till.types(intent.id)[2:4] == ["charge.dispute.created", "charge.updated"]
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert (dispute.is_charge_refundable, dispute.payment_method_details.card.case_type) == (True, "inquiry")
    answered = till.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    assert answered.status == "warning_under_review"
    till.sandbox.advance(6)
    worse = till.v1.disputes.retrieve(dispute.id)
    assert (worse.status, len(worse.balance_transactions)) == ("needs_response", 1)
    told = [event for event in till.story(intent.id) if event.type.startswith("charge.dispute")]
    assert [(event.type, event.data.object.status) for event in told] == [
        ("charge.dispute.created", "warning_needs_response"),
        ("charge.dispute.updated", "warning_under_review"),
        ("charge.dispute.updated", "needs_response"),
        ("charge.dispute.funds_withdrawn", "needs_response"),
    ]


def test_inquiry_that_closes_after_120_days_or_by_a_refund(till: Till) -> None:
    _, old = disputed(till, "pm_card_createDisputeInquiry")
    intent, young = disputed(till, "pm_card_createDisputeInquiry")
    till.v1.refunds.create({"payment_intent": intent.id})
    assert till.v1.disputes.retrieve(young.id).status == "warning_closed"
    till.sandbox.advance(120 * DAY + 1)
    assert till.v1.disputes.retrieve(old.id).status == "warning_closed"
    last = till.story(old.id, old.charge)[-1]
    assert (last.type, last.data.object.status) == ("charge.dispute.closed", "warning_closed")


def test_a_dispute_that_may_be_answered_by_earlier_payments(till: Till) -> None:
    _, dispute = disputed(till, "pm_card_createCe3EligibleDispute")
    assert (dispute.status, dispute.reason) == ("needs_response", "fraudulent")
    assert dispute.enhanced_eligibility_types == ["visa_compelling_evidence_3"]
    eligibility = dispute.evidence_details.enhanced_eligibility.visa_compelling_evidence_3
    assert eligibility.status == "requires_action"
    _, usual = disputed(till)
    assert usual.enhanced_eligibility_types == []


def test_two_disputes_over_one_charge(till: Till) -> None:
    intent, _ = disputed(till, "pm_card_createMultipleDisputes")
    both = till.v1.disputes.list({"payment_intent": intent.id}).data
    assert [(one.amount, one.reason) for one in both] == [(1000, "product_not_received"), (1000, "fraudulent")]
    assert till.types(intent.id).count("charge.dispute.funds_withdrawn") == 2


def test_a_compliance_dispute_is_answered_by_who_takes_its_fee(till: Till) -> None:
    _, dispute = disputed(till, "pm_card_createComplianceDispute")
    assert (dispute.reason, dispute.payment_method_details.card.case_type) == ("noncompliant", "compliance")
    assert dispute.evidence_details.enhanced_eligibility.visa_compliance.status == "requires_fee_acknowledgement"
    text = {"uncategorized_text": "winning_evidence"}
    with pytest.raises(stripe.InvalidRequestError, match="acknowledge its network fee"):
        till.v1.disputes.update(dispute.id, {"evidence": text})
    taken: Any = {"evidence": {**text, "enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}}
    answered = till.v1.disputes.update(dispute.id, taken)
    assert answered.status == "under_review"
    assert answered.evidence_details.enhanced_eligibility.visa_compliance.status == "fee_acknowledged"


def test_a_dispute_that_stripe_answers_by_itself(till: Till) -> None:
    intent, dispute = disputed(till, "pm_card_createAutoRepresentmentDispute")
    assert (dispute.status, dispute.evidence_details.submission_method) == ("under_review", "smart_disputes")
    till.sandbox.advance(6)
    assert till.v1.disputes.retrieve(dispute.id).status == "won"
    assert till.types(intent.id)[-1] == "charge.dispute.closed"


def test_early_fraud_warning(till: Till) -> None:
    intent = till.intent(payment_method="pm_card_createIssuerFraudRecord")
    warning = till.v1.radar.early_fraud_warnings.list({"charge": str(intent.latest_charge)}).data[0]
    assert (warning.actionable, warning.payment_intent) == (True, intent.id)
    till.v1.refunds.create({"payment_intent": intent.id})
    assert till.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable is False
    types = [one for one in till.types(intent.id) if one.startswith("radar")]
    assert types == ["radar.early_fraud_warning.created", "radar.early_fraud_warning.updated"]


def test_a_dispute_opened_and_decided_by_hand(till: Till) -> None:
    intent = till.intent()
    address = f"{till.sandbox.url}/_sandbox/disputes"
    opened = requests.post(address, json={"charge": intent.latest_charge, "reason": "duplicate"}, timeout=60).json()
    assert (opened["status"], opened["reason"]) == ("needs_response", "duplicate")
    assert requests.post(address, json={"charge": intent.latest_charge}, timeout=60).status_code == 400
    page = f"{till.sandbox.url}/disputes"
    assert f"The shop wins {opened['id']}" in requests.get(page, timeout=60).text
    requests.post(f"{page}/{opened['id']}", data={"decide": "won"}, timeout=60).raise_for_status()
    assert till.v1.disputes.retrieve(opened["id"]).status == "won"
    assert f"The shop wins {opened['id']}" not in requests.get(page, timeout=60).text


def test_a_file(till: Till) -> None:
    file = upload(till)
    assert (file.purpose, file.type, file.size, file.filename) == ("dispute_evidence", "pdf", len(PDF), "proof.pdf")
    assert till.v1.files.retrieve(file.id).id == file.id
    assert till.v1.files.list({"purpose": "dispute_evidence", "limit": 1}).data[0].id == file.id
    assert requests.get(str(file.url), auth=("sk_test_x", ""), timeout=60).content == PDF
    assert requests.get(str(file.url), timeout=60).status_code == 401


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"%PDF-" + bytes(5_000_000), "too large"), (b"<html>", "must be of type pdf, png, jpg"), (b"", "is empty")],
    ids=["large", "type", "empty"],
)
def test_a_file_that_cannot_be_evidence(till: Till, content: bytes, words: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        upload(till, content)


def test_evidence_that_cannot_be(till: Till) -> None:
    _, dispute = disputed(till)
    signature = upload(till, b"\x89PNG\r\n\x1a\n....", "business_logo")
    wrong: list[Any] = [
        {"receipt": "file_nothing"},
        {"receipt": signature.id},
        {"product_description": "x" * 20_001},
        {"product_descripton": "x"},
        {name: "x" * 19_999 for name in list(dispute.evidence.to_dict()) if name in TEXTS},
    ]
    for evidence in wrong:
        with pytest.raises(stripe.InvalidRequestError):
            till.v1.disputes.update(dispute.id, {"evidence": evidence})
    assert till.v1.disputes.retrieve(dispute.id).evidence_details.has_evidence is False


TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_rebuttal",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "shipping_address",
    "uncategorized_text",
)
