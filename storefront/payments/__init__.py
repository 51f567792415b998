"""Payments: what Stripe says of an order's money, the commands we give it, and the ledger."""
