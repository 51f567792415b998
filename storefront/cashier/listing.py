"""Lists at Stripe, page by page, to their end."""

from collections.abc import Iterator
from typing import Any

from storefront.cashier.gateway import Gateway

Json = dict[str, Any]
PAGE = 100
MOST_TYPES = 20
"""Stripe's limit for the `types` of a list of events."""


def pages(gateway: Gateway, kind: str, **filters: Any) -> Iterator[list[Json]]:
    """Pages of up to 100, newest first. Raises GatewayError."""
    parameters: Json = {"limit": PAGE, **filters}
    while True:
        page = gateway.page(kind, parameters)
        if page["data"]:
            yield page["data"]
        if not page["has_more"] or not page["data"]:
            return
        parameters = {**parameters, "starting_after": page["data"][-1]["id"]}


def things(gateway: Gateway, kind: str, **filters: Any) -> Iterator[Json]:
    """One by one, newest first. Raises GatewayError."""
    for page in pages(gateway, kind, **filters):
        yield from page


def ours(thing: Json, store_id: str) -> bool:
    """Whether it carries this store's mark."""
    return bool((thing.get("metadata") or {}).get("store") == store_id)
