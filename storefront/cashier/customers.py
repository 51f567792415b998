"""Customers and their portal at Stripe: the calls, spelled for the gateway."""

from typing import Any, cast

from storefront.cashier.gateway import Gateway

Json = dict[str, Any]


def create_customer(gateway: Gateway, parameters: Json, key: str) -> Json:
    """The customer."""
    return gateway.call(lambda v1: v1.customers.create(parameters, {"idempotency_key": key}))


def customers_with(gateway: Gateway, email: str) -> list[Json]:
    """Up to 100 customers with this address, newest first."""
    return cast("list[Json]", gateway.call(lambda v1: v1.customers.list({"email": email, "limit": 100}))["data"])


def customer(gateway: Gateway, customer_id: str) -> Json:
    """The customer; of one that was deleted only `id` and `deleted`."""
    return gateway.call(lambda v1: v1.customers.retrieve(customer_id))


def delete_customer(gateway: Gateway, customer_id: str) -> Json:
    """Gone for good, with cards and running subscriptions."""
    return gateway.call(lambda v1: v1.customers.delete(customer_id))


def open_portal(gateway: Gateway, parameters: Json) -> Json:
    """A portal session: `url` lets whoever has it into this customer's portal, and lives five minutes."""
    return gateway.call(lambda v1: v1.billing_portal.sessions.create(parameters))


def portals(gateway: Gateway) -> list[Json]:
    """The account's portal configurations."""
    return cast("list[Json]", gateway.call(lambda v1: v1.billing_portal.configurations.list({"limit": 100}))["data"])


def create_portal(gateway: Gateway, parameters: Json, key: str) -> Json:
    """A new portal configuration."""
    return gateway.call(lambda v1: v1.billing_portal.configurations.create(parameters, {"idempotency_key": key}))


def update_portal(gateway: Gateway, portal_id: str, parameters: Json) -> Json:
    """The configuration, changed."""
    return gateway.call(lambda v1: v1.billing_portal.configurations.update(portal_id, parameters))
