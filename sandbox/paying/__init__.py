"""What a card does to a payment, and what time does to it (STRIPE.md sections 4 and 12)."""
