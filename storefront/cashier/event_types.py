"""The kinds of Stripe's events that the cashier acts on: asked of the webhook endpoint, and of the list when they do not come."""

EVENTS = [
    "checkout.session.completed", "checkout.session.expired", "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed", "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
    "payment_intent.amount_capturable_updated", "payment_intent.processing", "charge.succeeded", "charge.failed", "charge.captured",
    "charge.expired", "charge.updated", "charge.refunded", "refund.created", "refund.updated", "refund.failed",
    "review.opened", "review.closed",
]  # fmt: skip
"""What the endpoint must send."""
