"""The cashier: the only door that talks with Stripe and holds its key."""
