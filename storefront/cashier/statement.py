"""Reading Stripe's side of the books: sessions with their intents and charges, refunds, balance transactions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from storefront.cashier.listing import Json, ours, pages, things
from storefront.cashier.reading import facts_of
from storefront.cashier.till import Till
from storefront.reports.statement import Movement, Returned, Sale, Statement

SALES_WITH = ["data.payment_intent.latest_charge", "data.payment_intent.review"]
SOURCES = ("charge", "payment", "refund", "payment_refund")


def statement_since(till: Till, since: datetime, say: Callable[[str], None]) -> Statement:
    """All of it, in memory. Raises GatewayError."""
    created: Json = {"gte": int(since.timestamp())}
    sales: list[Sale] = []
    for page in pages(till.gateway, "sessions", created=created, expand=SALES_WITH):
        sales += [_sale(one) for one in page if ours(one, till.settings.store_id)]
        say(f"{len(sales):,} sessions read.")
    refunds = [_returned(one) for one in things(till.gateway, "refunds", created=created)]
    say(f"{len(refunds):,} refunds read.")
    moved = [one for one in things(till.gateway, "balance_transactions", created=created) if one["type"] in SOURCES]
    say(f"{len(moved):,} movements of the balance read.")
    movements = {str(one["source"]): Movement(one["id"], one["amount"], one["currency"]) for one in moved}
    return Statement(since, sales, refunds, movements)


def _sale(session: Json) -> Sale:
    metadata = session["metadata"]
    facts = facts_of({**session, "line_items": {"data": []}})
    return Sale(str(metadata.get("order") or ""), str(metadata.get("payment") or ""), facts)


def _returned(refund: Json) -> Returned:
    return Returned(
        refund["id"], _id(refund.get("payment_intent")), refund["amount"], refund["currency"], refund["status"] or ""
    )


def _id(value: Any) -> str:
    return str((value.get("id") if isinstance(value, dict) else value) or "")
