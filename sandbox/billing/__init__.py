"""Subscriptions and their invoices, and what time does to them (STRIPE.md sections 8 and 12)."""
