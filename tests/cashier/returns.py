"""Refunds as they are made and as they are seen: Mira's form, Stripe's Dashboard, Stripe's list, our books."""

from dataclasses import dataclass
from typing import Any

import requests

from storefront.orders.order import order_by_reference
from storefront.payments.ledger import LedgerEntry
from storefront.payments.refund import Refund
from storefront.stock.level import StockLevel
from tests.client import Client
from tests.fixtures.counter import Counter


def bought(counter: Counter, *variants: int, quantity: int = 1, card: str = "4242424242424242") -> str:
    """A paid and captured order's reference."""
    reference = counter.checks_out(*variants, quantity=quantity)
    counter.pays(counter.page_of(reference), card)
    counter.work()
    return reference


def order_page(counter: Counter, mira: Client, reference: str) -> Any:
    """What Mira sees of the order."""
    return mira.get(f"/backoffice/orders/{counter.order(reference).number}")


def refund(counter: Counter, mira: Client, reference: str, status: int = 303, **fields: Any) -> Any:
    """Mira fills in the form and presses the button; the cashier has not been at work yet."""
    return mira.submit(order_page(counter, mira, reference), "Refund", status, **fields)


def line_fields(counter: Counter, reference: str, refund: int, back: int = 0) -> dict[str, int]:
    """The form's fields for pieces of the first line."""
    with counter.sessions() as session:
        order = order_by_reference(session, reference)
        assert order is not None
        return {f"refund-{order.lines[0].id}": refund, f"back-{order.lines[0].id}": back}


def at_dashboard(counter: Counter, intent: str, **parameters: Any) -> Any:
    """A refund made at Stripe by hand, without us."""
    answer = requests.post(
        f"{counter.sandbox.url}/v1/refunds",
        data={"payment_intent": intent, **parameters},
        auth=(counter.till.settings.stripe_secret_key, ""),
        timeout=60,
    )
    answer.raise_for_status()
    return answer.json()


@dataclass(frozen=True)
class Returned:
    """`stripe`: (status, amount) of Stripe's refunds, oldest first; `ours`: (state, amount) of our rows; `ledger`: (kind, amount)."""

    stripe: list[tuple[str, int]]
    ours: list[tuple[str, int]]
    ledger: list[tuple[str, int]]
    charge: list[int]


def returned(counter: Counter) -> Returned:
    """All refunds of this shop, on both sides."""
    listed = []
    for intent in reversed(counter.at_stripe()):
        answer = requests.get(
            f"{counter.sandbox.url}/v1/refunds",
            params={"payment_intent": intent["id"], "limit": 100},
            auth=(counter.till.settings.stripe_secret_key, ""),
            timeout=60,
        )
        listed += [(one["status"], one["amount"]) for one in reversed(answer.json()["data"])]
    with counter.sessions() as session:
        rows = [(str(row.state), row.amount) for row in session.query(Refund).order_by(Refund.id)]
        entries = [(str(row.kind), row.amount) for row in session.query(LedgerEntry).order_by(LedgerEntry.id)]
    return Returned(listed, rows, entries, [one["amount_refunded"] for one in reversed(counter.at_stripe("charges"))])


def shelf(counter: Counter, variant: int) -> tuple[int, int]:
    """Pieces on hand, and held."""
    with counter.sessions() as session:
        level = session.get_one(StockLevel, variant)
        return level.on_hand, level.held
