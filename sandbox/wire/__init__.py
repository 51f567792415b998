"""Stripe's wire rules (STRIPE.md section 2)."""
