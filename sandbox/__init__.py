"""A local Stripe for a store: Stripe's own paths under /v1, a hosted checkout page, signed webhooks, a mail catcher.

wire        bytes in, bytes out: forms, keys, errors, parameters, idempotency, expansion, pages of lists
resources   one file for each of Stripe's nouns
paying      what a card does to a payment, and what time does to it
hosted      the checkout page that buyers see
delivering  events on their way to webhook endpoints
mail        a mail server that keeps every letter
control     JSON for tests: clock, faults, totals, requests, deliveries, mails
dashboard   the same for people

`python -m sandbox` starts it. It imports nothing of the shop, and the shop nothing of it.
"""
