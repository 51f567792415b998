"""Stripe's fields of evidence, what they are for in plain words, and how much they hold."""

MOST_CHARACTERS = 150_000
"""Of all texts together, by Stripe's reference."""
MOST_EACH = 20_000
MOST_BYTES = 4_500_000
"""Of one file. Stripe takes 5 MB, and 4 MB of a signature, which the shop does not send."""

TEXTS = {
    "customer_name": "Buyer's name",
    "customer_email_address": "Buyer's e-mail address",
    "customer_purchase_ip": "Internet address at purchase",
    "billing_address": "Billing address",
    "product_description": "What was bought",
    "shipping_address": "Address of delivery",
    "shipping_carrier": "Carrier",
    "shipping_date": "Day of sending",
    "shipping_tracking_number": "Tracking number",
    "service_date": "Day of the service",
    "access_activity_log": "Downloads and visits",
    "refund_policy_disclosure": "How the refund policy was shown",
    "refund_refusal_explanation": "Why no refund is owed",
    "cancellation_policy_disclosure": "How the terms of cancelling were shown",
    "cancellation_rebuttal": "Why the subscription was not cancelled in time",
    "duplicate_charge_id": "The other payment",
    "duplicate_charge_explanation": "Why it is not the same payment twice",
    "uncategorized_text": "Everything else",
}
FILES = {
    "receipt": "Receipt",
    "shipping_documentation": "Proof of delivery",
    "customer_communication": "Letters with the buyer",
    "refund_policy": "Refund policy, as shown",
    "cancellation_policy": "Terms, as shown",
    "duplicate_charge_documentation": "Receipt of the other payment",
    "service_documentation": "Proof of the service",
    "uncategorized_file": "Other papers",
}
NAMES = {**TEXTS, **FILES}
