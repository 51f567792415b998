"""From a Checkout Session, as the API spells it, to the sale that a restored database has lost."""

import re
from datetime import UTC, datetime
from typing import Any

from storefront.cashier.reading import due_for_one, facts_of, goods_of
from storefront.catalog.plan import Terms
from storefront.payments.restoring import LostLine, LostSale

Json = dict[str, Any]
_REFERENCE = re.compile(r"/pay/([\w-]{16,64})\?")


def is_whole(session: Json) -> bool:
    """Whether the session says enough: it is one of ours, is or was payable, and names its order's address."""
    metadata = session.get("metadata") or {}
    return bool(
        metadata.get("order")
        and metadata.get("payment")
        and session["status"] in ("open", "complete")
        and _REFERENCE.search(session.get("success_url") or "")
    )


def lost_sale(session: Json) -> LostSale:
    """`session`: whole, and read with its line items, shipping rate, intent, charge and review expanded.

    Raises ValueError when its address back does not name an order: `is_whole` tells before.
    """
    metadata = session["metadata"]
    reference = _REFERENCE.search(session["success_url"])
    if reference is None:
        raise ValueError(f"session {session['id']} leads back to no order")
    card = (session.get("payment_method_options") or {}).get("card") or {}
    manual = card.get("capture_method") == "manual"
    return LostSale(
        facts=facts_of(session),
        number=metadata["order"],
        reference=reference[1],
        payment=metadata["payment"],
        capture_policy=metadata.get("policy") or ("on_stock_check" if manual else "automatic"),
        capture_method="manual" if manual else "automatic",
        country=_country(session),
        lines=tuple(_lines(session)),
        created_at=datetime.fromtimestamp(session["created"], UTC),
        expires_at=datetime.fromtimestamp(session["expires_at"], UTC),
    )


def _lines(session: Json) -> list[LostLine]:
    items = goods_of(session)
    return [
        LostLine(item.get("description") or "?", variant_id, due_for_one(item), item["quantity"], _plan(item))
        for item, variant_id in zip(items, _variants(session["metadata"], items), strict=True)
    ]


def _variants(metadata: Json, items: list[Json]) -> list[int | None]:
    """The variants that the session was asked with, if they still are one for each item; else nobody knows."""
    parts = [metadata[f"lines_{place}"] for place in range(50) if f"lines_{place}" in metadata]
    pairs = re.findall(r"(\d+)x(\d+)", " ".join(parts))
    if [int(quantity) for _, quantity in pairs] != [item["quantity"] for item in items]:
        return [None] * len(items)
    return [int(variant) or None for variant, _ in pairs]


def _plan(item: Json) -> Json:
    """The terms of a plan, as far as Stripe's price has them."""
    recurring = item["price"].get("recurring")
    if not recurring:
        return {}
    trial = 0 if item["amount_subtotal"] else 1
    terms = Terms(recurring["interval"], recurring["interval_count"], trial_days=trial)
    return {**terms.as_json(), "price": item["price"]["unit_amount"]}


def _country(session: Json) -> str:
    allowed = (session.get("shipping_address_collection") or {}).get("allowed_countries") or [""]
    return str(allowed[0])
