"""A dispute from its opening to the bank's word (STRIPE.md sections 7 and 12)."""

from sandbox.paying import compelling, methods, pending_refunds, reviewing, settlement, warnings
from sandbox.transaction import Thing, Transaction

DAY = 86400
# The bank's word on a magic string, the wait before an unescalated inquiry closes, what a dispute costs.
VERDICT, INQUIRY = 5, 120 * DAY
FEE = 1500
OPEN = ("needs_response", "warning_needs_response", "appeal_needs_response")
CLOSED = ("won", "lost", "warning_closed", "prevented")
RETURNED = ("won", "warning_closed", "prevented")
_FILES = ("cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation",
          "receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file")  # fmt: skip
_TEXTS = (
    "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal",
    "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation",
    "service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number",
    "uncategorized_text",
)  # fmt: skip
FILES, TEXTS = frozenset(_FILES), frozenset(_TEXTS)
_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}
_REASONS = {"auto": "fraudulent", "ce3": "fraudulent", "compliance": "noncompliant", "inquiry": "fraudulent",
            "multiple": "fraudulent"}  # fmt: skip
_SAID = {"winning_evidence": "won", "losing_evidence": "lost", "escalate_inquiry_evidence": "escalated"}


def after_payment(tx: Transaction, charge: Thing) -> None:
    """What the card makes of money that the shop has just taken: a dispute, or a bank's warning of fraud."""
    method = tx.find(charge["payment_method"])
    if method is None or method["type"] != "card":
        return
    card = methods.card_of(method)
    if card.dispute:
        _by_card(tx, charge, card.dispute)
    if card.fraud_report:
        warnings.issue(tx, charge)


def _by_card(tx: Transaction, charge: Thing, kind: str) -> None:
    """The dispute that a test card brings (section 5); two cards' numbers are all that is published of what they do."""
    reason = _REASONS.get(kind, kind)
    if kind == "multiple":
        begin(tx, charge, reason, amount=undisputed(tx, charge) // 2)
        reason = "product_not_received"
    dispute = begin(tx, charge, reason, kind == "inquiry")
    if kind == "auto":
        dispute["_verdict"] = "won"
        submit(tx, dispute, "smart_disputes")


def begin(tx: Transaction, charge: Thing, reason: str, inquiry: bool = False, amount: int = 0) -> Thing:
    """Open a dispute over `amount`, or all that was captured and neither refunded nor disputed, and pull the money.

    An inquiry pulls none. Refunds that are on their way come to nothing (the SDK's failure_reason).
    """
    pending_refunds.fail_for_dispute(tx, charge)
    dispute = tx.new("du", "dispute", amount=amount or undisputed(tx, charge))
    dispute |= {
        "balance_transactions": [],
        "charge": charge["id"],
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(sorted(_FILES + _TEXTS)) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": tx.now - tx.now % DAY + 9 * DAY - 1,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _details(charge, reason, inquiry),
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    compelling.offer(tx, dispute, charge)
    if not inquiry:
        _withdraw(tx, dispute)
    tx.put(dispute)
    charge["disputed"] = True
    _keep_refundable(tx, charge)
    tx.tell("charge.dispute.created", dispute)
    if not inquiry:
        tx.tell("charge.dispute.funds_withdrawn", dispute)
    tx.tell("charge.updated", charge, {"disputed": False})
    tx.schedule(dispute["evidence_details"]["due_by"] + 1, "miss_dispute", dispute["id"])
    if inquiry:
        tx.schedule(tx.now + INQUIRY, "close_inquiry", dispute["id"])
    warnings.no_longer_actionable(tx, charge)
    reviewing.close_of(tx, charge, "disputed")
    return dispute


def undisputed(tx: Transaction, charge: Thing) -> int:
    """Minor units of a charge that were captured, and neither refunded nor disputed."""
    others = sum(one["amount"] for one in tx.all("dispute", charge=charge["id"]) if one["status"] not in RETURNED)
    return int(charge["amount_captured"] - charge["amount_refunded"] - others)


def _keep_refundable(tx: Transaction, charge: Thing) -> None:
    """A charge may be refunded while every one of its disputes allows it."""
    charge["_refundable"] = all(one["is_charge_refundable"] for one in tx.all("dispute", charge=charge["id"]))
    tx.put(charge)


def _details(charge: Thing, reason: str, inquiry: bool) -> Thing | None:
    card = charge["payment_method_details"].get("card")
    if card is None:
        return None
    kind = "inquiry" if inquiry else "compliance" if reason == "noncompliant" else "chargeback"
    shown = {"brand": card["brand"], "case_type": kind, "network": card["network"]}
    return {"card": shown | {"network_reason_code": _CODES.get(reason)}, "type": "card"}


def _withdraw(tx: Transaction, dispute: Thing) -> None:
    fee = {"amount": FEE, "application": None, "currency": dispute["currency"]}
    details = [fee | {"description": "Dispute fee", "type": "stripe_fee"}]
    _move(tx, dispute, -dispute["amount"], "dispute", FEE, details)


def _move(tx: Transaction, dispute: Thing, amount: int, category: str, fee: int, details: list[Thing]) -> None:
    entry = settlement.booked(
        tx, amount, dispute, kind="adjustment", category=category, fee=fee, fee_details=details, at_once=True
    )
    dispute["balance_transactions"].append(entry)


def submit(tx: Transaction, dispute: Thing, by: str = "manual") -> None:
    """The evidence goes to the bank, by the shop or by Stripe; Stripe's magic strings decide what it will say."""
    previous = {"status": dispute["status"]}
    appealed = dispute["status"].startswith("appeal_")
    dispute["evidence_details"] |= {
        "submission_count": dispute["evidence_details"]["submission_count"] + 1,
        "submission_method": by,
    }
    dispute["status"] = (
        "appeal_under_review" if appealed else "warning_under_review" if is_inquiry(dispute) else "under_review"
    )
    said = (dispute["evidence"]["uncategorized_text"] or "").strip()
    dispute["_verdict"] = _SAID.get(said) if by == "manual" else dispute["_verdict"]
    tx.put(dispute)
    tx.tell("charge.dispute.updated", dispute, previous)
    tx.tell("charge.updated", tx.get(dispute["charge"]))
    if dispute["_verdict"]:
        tx.schedule(tx.now + VERDICT, "decide_dispute", dispute["id"])


def is_inquiry(dispute: Thing) -> bool:
    return str(dispute["status"]).startswith("warning_")


def decide(tx: Transaction, dispute: Thing, verdict: str) -> None:
    """The bank's word: won, lost, escalated (an inquiry becomes a chargeback), closed (an inquiry ends), or prevented.

    A closed one only turns late: what was lost is won after all, or what was won is appealed.
    """
    if dispute["status"] in CLOSED and (dispute["status"], verdict) not in (("lost", "won"), ("won", "appealed")):
        return
    if verdict == "appealed":
        _appeal(tx, dispute)
        return
    if verdict == "escalated":
        if is_inquiry(dispute):
            _escalate(tx, dispute)
        return
    if verdict in ("won", "prevented") and not is_inquiry(dispute):
        _move(tx, dispute, dispute["amount"], "dispute_reversal", 0, [])
    _end(tx, dispute, "warning_closed" if is_inquiry(dispute) and verdict != "prevented" else verdict)


def _appeal(tx: Transaction, dispute: Thing) -> None:
    """The other side does not accept that the shop has won (SDK: appeal_needs_response): the money is pulled again."""
    previous = {"status": dispute["status"]}
    dispute |= {"is_charge_refundable": False, "status": "appeal_needs_response"}
    dispute["evidence_details"]["due_by"] = tx.now - tx.now % DAY + 9 * DAY - 1
    tx.schedule(dispute["evidence_details"]["due_by"] + 1, "miss_dispute", dispute["id"])
    _move(tx, dispute, -dispute["amount"], "dispute", 0, [])
    tx.put(dispute)
    _keep_refundable(tx, tx.get(dispute["charge"]))
    tx.tell("charge.dispute.updated", dispute, previous)
    tx.tell("charge.dispute.funds_withdrawn", dispute)


def _escalate(tx: Transaction, dispute: Thing) -> None:
    previous = {"status": dispute["status"]}
    dispute |= {"is_charge_refundable": False, "status": "needs_response"}
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    dispute["evidence_details"]["due_by"] = tx.now - tx.now % DAY + 9 * DAY - 1
    tx.schedule(dispute["evidence_details"]["due_by"] + 1, "miss_dispute", dispute["id"])
    _withdraw(tx, dispute)
    tx.put(dispute)
    _keep_refundable(tx, tx.get(dispute["charge"]))
    tx.tell("charge.dispute.updated", dispute, previous)
    tx.tell("charge.dispute.funds_withdrawn", dispute)


def _end(tx: Transaction, dispute: Thing, status: str) -> None:
    dispute |= {"is_charge_refundable": status in RETURNED, "status": status}
    tx.put(dispute)
    charge = tx.get(dispute["charge"])
    _keep_refundable(tx, charge)
    if status == "won":
        tx.tell("charge.dispute.funds_reinstated", dispute)
    tx.tell("charge.dispute.closed", dispute)
    if status == "lost":
        tx.tell("charge.updated", charge)


def rename(tx: Transaction, dispute: Thing, status: str) -> None:
    """A word that no SDK knows yet: Stripe has added some in the past (STRIPE.md section 7, statuses)."""
    previous = {"status": dispute["status"]}
    dispute["status"] = status
    tx.put(dispute)
    tx.tell("charge.dispute.updated", dispute, previous)


def decide_by_evidence(tx: Transaction, dispute: Thing) -> None:
    """The bank has read what was submitted."""
    if dispute["status"].endswith("under_review"):
        decide(tx, dispute, dispute["_verdict"])


def miss(tx: Transaction, dispute: Thing) -> None:
    """due_by has passed without an answer: a chargeback is lost, an inquiry goes on."""
    if dispute["status"] not in OPEN or dispute["evidence_details"]["due_by"] >= tx.now:
        return
    dispute["evidence_details"]["past_due"] = True
    tx.put(dispute)
    if not is_inquiry(dispute):
        decide(tx, dispute, "lost")


def close_inquiry(tx: Transaction, dispute: Thing) -> None:
    if is_inquiry(dispute):
        decide(tx, dispute, "closed")


def refunded(tx: Transaction, charge: Thing) -> None:
    """A full refund ends an inquiry, and the use of a bank's warning."""
    for dispute in tx.all("dispute", charge=charge["id"]):
        if is_inquiry(dispute):
            decide(tx, dispute, "closed")
    warnings.no_longer_actionable(tx, charge)
