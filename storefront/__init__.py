"""The storefront's floor plan.

Rooms hold what the shop is and know neither HTTP nor Stripe: reports, privacy, evidence, subscriptions, payments, orders, cart, stock,
catalog, buyers, staff, store, inbox, outbox. Doors are how it is met: shopfront (buyers), backoffice (merchants), cashier (Stripe),
postman (letters); web is what doors share. Roots put it together. Imports point down only.
"""
