"""What an item of a subscription may carry beside its price and quantity (STRIPE.md section 8)."""

from collections.abc import Sequence
from typing import Any

from sandbox import rules
from sandbox.errors import invalid
from sandbox.resources import tax_rates
from sandbox.transaction import Thing, Transaction

_TAKEN = frozenset(("clear_usage", "deleted", "id", "metadata", "plan", "price", "price_data", "quantity", "tax_rates"))


def check(given: Thing, within: str) -> None:
    """Raise a 400 for what the sandbox does not do, rather than ignore it."""
    for name in sorted(set(given) - _TAKEN):
        raise invalid(f"The sandbox does not offer {name} on subscription items.", f"{within}[{name}]")


def adorn(tx: Transaction, subscription: Thing, given: Sequence[Any]) -> None:
    """Give metadata and tax rates to the items that a create or an update has named; new ones stand last, in order."""
    items = subscription["items"]["data"]
    fresh = iter(items[len(items) - sum("id" not in one for one in given) :])
    known = {item["id"]: item for item in items}
    for place, one in enumerate(given):
        item = known.get(one["id"]) if "id" in one else next(fresh, None)
        if item is None:
            continue
        if "metadata" in one:
            item["metadata"] = rules.merged_metadata(item["metadata"], one["metadata"], f"items[{place}][metadata]")
        if "tax_rates" in one:
            item["tax_rates"] = tax_rates.named(tx, one["tax_rates"], f"items[{place}][tax_rates]")
