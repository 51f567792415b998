"""What is held about a person's disputes: sums and verdicts stay, what was told to the bank does not."""

from typing import Any

from storefront.evidence.addition import EvidencePicture, EvidenceText
from storefront.evidence.answer import DisputeAnswer, EvidenceFile
from storefront.payments.dispute import Dispute
from storefront.payments.fraud_warning import FraudWarning
from storefront.privacy.held import WORK, Held


def _table(model: Any) -> Any:
    return model.__table__


HELD = (
    Held(
        _table(EvidenceFile),
        "Papers that were sent to your bank in a dispute.",
        lambda found: EvidenceFile.answer_id.in_(found.person.answers),
        erased={"content": b""},
        kept=("reference", "field", "hash", "stripe_id"),
    ),
    Held(
        _table(EvidencePicture),
        "Pictures of papers that were added to a dispute.",
        lambda found: EvidencePicture.dispute_id.in_(found.person.disputes),
        erased={"name": "", "content": b""},
        kept=("field", "hash", "by"),
        hidden=("by",),
    ),
    Held(
        _table(EvidenceText),
        "What was written about a dispute.",
        lambda found: EvidenceText.dispute_id.in_(found.person.disputes),
        erased={"text": ""},
        kept=("field", "by"),
        hidden=("by",),
    ),
    Held(
        _table(DisputeAnswer),
        "What your bank was answered.",
        lambda found: DisputeAnswer.dispute_id.in_(found.person.disputes),
        erased={"evidence": {}},
        swept=("trouble",),
        kept=("reference", "kind", "state", "by"),
        hidden=("by",),
    ),
    Held(
        _table(FraudWarning),
        "Warnings of your bank about a payment.",
        lambda found: FraudWarning.order_id.in_(found.person.orders),
        swept=("advice",),
        kept=("stripe_id", "fraud_type"),
    ),
    Held(
        _table(Dispute),
        "Payments that you disputed with your bank, and how that ended.",
        lambda found: Dispute.order_id.in_(found.person.orders),
        swept=("last_error",),
        kept=(
            "stripe_id", "charge_id", "status", "reason", "case_type", "network", "reason_code", "currency", "fee_currency", "eligibility",
            *WORK,
        ),
    ),
)  # fmt: skip
