"""Buyers: who bought, by verified e-mail address, and who they are at Stripe."""
