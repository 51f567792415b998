"""Reading Stripe's side of the books: sessions with their intents and charges, refunds, disputes, balance transactions."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from storefront.cashier.disputes_settling import facts_of as dispute_facts_of
from storefront.cashier.listing import Json, ours, pages, things
from storefront.cashier.reading import facts_of, intent_of
from storefront.cashier.sessions_reading import with_invoice
from storefront.cashier.subscription_reading import paid_intents
from storefront.cashier.till import Till
from storefront.payments.disputing import in_currency
from storefront.payments.facts import Facts, IntentFacts
from storefront.reports.statement import Disputed, Movement, Returned, Sale, Statement
from storefront.subscriptions.billing import FIRST

SALES_WITH = ["data.payment_intent.latest_charge", "data.payment_intent.review"]
SOURCES = ("charge", "payment", "refund", "payment_refund")


def statement_since(till: Till, since: datetime, say: Callable[[str], None]) -> Statement:
    """All of it, in memory. Raises GatewayError."""
    created: Json = {"gte": int(since.timestamp())}
    sales: list[Sale] = []
    for page in pages(till.gateway, "sessions", created=created, expand=SALES_WITH):
        mine = [one for one in page if ours(one, till.settings.store_id)]
        sales += [_sale(with_invoice(till.gateway, one)) for one in mine]
        say(f"{len(sales):,} sessions read.")
    renewals = list(_renewals(till, created))
    sales += renewals
    say(f"{len(renewals):,} payments of invoices read.")
    refunds = [_returned(one) for one in things(till.gateway, "refunds", created=created)]
    say(f"{len(refunds):,} refunds read.")
    moved = [one for one in things(till.gateway, "balance_transactions", created=created) if one["type"] in SOURCES]
    say(f"{len(moved):,} movements of the balance read.")
    movements = {str(one["source"]): Movement(one["id"], one["amount"], one["currency"]) for one in moved}
    disputes = [_disputed(one) for one in things(till.gateway, "disputes", created=created)]
    say(f"{len(disputes):,} disputes read.")
    return Statement(since, sales, refunds, movements, disputes)


def _renewals(till: Till, created: Json) -> Iterator[Sale]:
    """Payments of invoices for which no session was made: all but those that a checkout began with."""
    for invoice in till.gateway.invoices(created=created, status="paid"):
        details = (invoice.get("parent") or {}).get("subscription_details") or {}
        metadata = details.get("metadata") or {}
        by_checkout = invoice["billing_reason"] == FIRST and metadata.get("payment")
        if metadata.get("store") != till.settings.store_id or by_checkout:
            continue
        for intent in paid_intents(invoice):
            facts = intent_of(till.gateway.charged_intent(intent))
            yield Sale(str(invoice["number"] or ""), intent, _of_invoice(invoice, facts))


def _of_invoice(invoice: Json, intent: IntentFacts) -> Facts:
    return Facts(
        session_id=invoice["id"], status="complete", payment_status="paid", url="", currency=invoice["currency"],
        subtotal=intent.received, discount=0, shipping=0, shipping_name="", tax=0, total=intent.received, lines=(), intent=intent,
    )  # fmt: skip


def _sale(session: Json) -> Sale:
    metadata = session["metadata"]
    facts = facts_of({**session, "line_items": {"data": []}})
    return Sale(str(metadata.get("order") or ""), str(metadata.get("payment") or ""), facts)


def _returned(refund: Json) -> Returned:
    return Returned(
        refund["id"], _id(refund.get("payment_intent")), refund["amount"], refund["currency"], refund["status"] or "",
        moved=bool(refund.get("balance_transaction")),
    )  # fmt: skip


def _disputed(dispute: Json) -> Disputed:
    facts = dispute_facts_of(dispute)
    withheld = -sum(in_currency(moved, facts.amount, facts.currency) for moved in facts.moved)
    return Disputed(facts.id, facts.intent_id, facts.amount, max(withheld, 0), facts.currency, facts.status)


def _id(value: Any) -> str:
    return str((value.get("id") if isinstance(value, dict) else value) or "")
