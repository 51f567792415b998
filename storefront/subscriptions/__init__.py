"""Subscriptions: what Stripe says of them and their invoices, what they give access to, and what must be packed."""
