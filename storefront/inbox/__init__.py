"""The inbox: every event that Stripe told us of, and what became of it."""
