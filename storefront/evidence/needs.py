"""What a bank wants to see for each reason (Stripe's guides to dispute categories), and which of it there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """required: without it the case is weak. helpful: it makes the case stronger."""

    REQUIRED = "required"
    HELPFUL = "helpful"


@dataclass(frozen=True, slots=True)
class Need:
    """`fields`: of Stripe's evidence; all of them must be filled. `how`: what to do if they are not."""

    words: str
    fields: tuple[str, ...]
    weight: Weight
    how: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`missing`: the fields of the need that are empty."""

    need: Need
    missing: tuple[str, ...]


def _required(words: str, *fields: str, how: str) -> Need:
    return Need(words, fields, Weight.REQUIRED, how)


def _helpful(words: str, *fields: str, how: str) -> Need:
    return Need(words, fields, Weight.HELPFUL, how)


BUYER = _required(
    "Who bought it", "customer_name", "customer_email_address",
    how="Stripe told the shop no name or address of the buyer; write what you know.",
)  # fmt: skip
PLACE = _required(
    "Where the purchase was made from", "customer_purchase_ip", how="It was erased by age, or never known."
)
BILLING = _required("The card's billing address", "billing_address", how="Ask the buyer, or leave it out.")
GOODS = _required("What was bought", "product_description", how="Describe the goods.")
RECEIPT = _required("The receipt", "receipt", how="The shop draws it from the order.")
SENT = _required(
    "That it was sent, where, when and how", "shipping_address", "shipping_carrier", "shipping_date",
    "shipping_tracking_number", how="Mark the order as sent with carrier and tracking number.",
)  # fmt: skip
PROOF = _helpful(
    "Papers of the delivery", "shipping_documentation", how="Attach the carrier's proof of delivery, with a signature."
)
USED = _required(
    "That it was used", "access_activity_log", how="Write when the buyer downloaded it or used the service."
)
LETTERS = _helpful(
    "What was written with the buyer", "customer_communication", how="Attach the mails that you have from the buyer."
)
POLICY = _required(
    "The refund policy, and that the buyer saw it", "refund_policy", "refund_policy_disclosure",
    how="Publish a refund policy; orders remember the version that was shown.",
)  # fmt: skip
REFUSAL = _required(
    "Why no refund is owed", "refund_refusal_explanation", how="Write in two or three sentences why you refuse."
)
REST = _helpful("Checks of the card, and earlier orders", "uncategorized_text", how="Write what speaks for the sale.")
OTHER = _required(
    "That there were two purchases", "duplicate_charge_id", "duplicate_charge_explanation",
    "duplicate_charge_documentation", how="No other payment of this buyer is known: name it, or accept the dispute.",
)  # fmt: skip
CANCELLING = _required(
    "The terms of cancelling, and that the buyer saw them", "cancellation_policy", "cancellation_policy_disclosure",
    how="Publish terms; orders remember the version that was shown.",
)  # fmt: skip
REBUTTAL = _required(
    "That it was not cancelled before", "cancellation_rebuttal", how="Write when, if ever, the buyer cancelled."
)


def needs_of(reason: str, *, sends: bool) -> tuple[Need, ...]:
    """Of a dispute for this reason. `sends`: whether goods go out by parcel; otherwise use must be shown."""
    delivery = (SENT, PROOF) if sends else (USED,)
    match reason:
        case "fraudulent" | "unrecognized" | "debit_not_authorized":
            return (BUYER, PLACE, BILLING, GOODS, RECEIPT, *delivery, LETTERS, REST)
        case "product_not_received":
            return (BUYER, GOODS, RECEIPT, *delivery, LETTERS, REST)
        case "product_unacceptable" | "credit_not_processed":
            return (BUYER, GOODS, RECEIPT, POLICY, REFUSAL, *delivery, LETTERS, REST)
        case "duplicate":
            return (BUYER, GOODS, RECEIPT, OTHER, *delivery, LETTERS, REST)
        case "subscription_canceled":
            return (BUYER, GOODS, RECEIPT, CANCELLING, REBUTTAL, USED, LETTERS, REST)
        case _:
            return (BUYER, GOODS, RECEIPT, *delivery, LETTERS, REST)


def check(reason: str, filled: Mapping[str, object], *, sends: bool) -> list[Checked]:
    """Each need with what is missing of it. `filled`: by field, empty values count as missing."""
    return [
        Checked(need, tuple(field for field in need.fields if not filled.get(field)))
        for need in needs_of(reason, sends=sends)
    ]
