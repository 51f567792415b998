"""The kinds of Stripe's events that the cashier acts on: asked of the webhook endpoint, and of the list when they do not come."""

EVENTS = [
    "checkout.session.completed", "checkout.session.expired", "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed", "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled",
    "payment_intent.amount_capturable_updated", "payment_intent.processing", "charge.succeeded", "charge.failed", "charge.captured",
    "charge.expired", "charge.updated", "charge.refunded", "refund.created", "refund.updated", "refund.failed",
    "review.opened", "review.closed",
    "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted", "customer.subscription.paused",
    "customer.subscription.resumed", "customer.subscription.trial_will_end", "invoice.created", "invoice.finalized", "invoice.updated",
    "invoice.paid", "invoice.payment_failed", "invoice.payment_action_required", "invoice.voided", "invoice.marked_uncollectible",
    "invoice_payment.paid", "customer.updated", "customer.deleted", "payment_method.updated", "payment_method.automatically_updated",
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated", "radar.early_fraud_warning.created", "radar.early_fraud_warning.updated",
]  # fmt: skip
"""What the endpoint must send."""
