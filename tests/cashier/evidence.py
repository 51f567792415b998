"""What came of a purchase, gathered from every side: Stripe, the buyer's page, the mailbox, the books and the shelf."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storefront.inbox.event import StripeEvent
from storefront.inbox.refusal import RefusedDelivery
from storefront.orders.timeline import TimelineEntry
from storefront.payments.ledger import LedgerEntry
from storefront.stock.level import StockLevel, StockMove
from tests.fixtures.counter import Counter


@dataclass(frozen=True)
class Evidence:
    """`charges`: (status, captured, refunded) at Stripe. `ledger`: (charge, amount). `shelf`: (on hand, held). `told`: the timeline."""

    state: str
    heading: str
    intents: list[tuple[str, int]]
    charges: list[tuple[str, int, int]]
    ledger: list[tuple[str, int]]
    shelf: list[tuple[int, int]]
    sales: int
    letters: int
    told: list[str]


def evidence(counter: Counter, reference: str) -> Evidence:
    """All that can be seen of one order now."""
    order = counter.order(reference)
    with counter.sessions() as session:
        ledger = session.scalars(select(LedgerEntry).where(LedgerEntry.order_id == order.id)).all()
        sales = session.scalars(select(StockMove).where(StockMove.order_id == order.id, StockMove.kind == "sale")).all()
        levels = session.scalars(select(StockLevel).order_by(StockLevel.variant_id)).all()
        told = session.scalars(
            select(TimelineEntry).where(TimelineEntry.order_id == order.id).order_by(TimelineEntry.id)
        ).all()
    charges = [charge for charge in counter.at_stripe("charges") if _of(charge, order.number)]
    return Evidence(
        state=str(order.state),
        heading=counter.client.get(f"/orders/{reference}").words("h1"),
        intents=[(one["status"], one["amount_received"]) for one in counter.at_stripe() if _of(one, order.number)],
        charges=[(one["status"], one["amount_captured"], one["amount_refunded"]) for one in charges],
        ledger=[(entry.stripe_id, entry.amount) for entry in ledger],
        shelf=[(level.on_hand, level.held) for level in levels],
        sales=len(sales),
        letters=sum(order.number in letter["text"] for letter in counter.letters()),
        told=[entry.key for entry in told],
    )


def assert_paid_once(counter: Counter, reference: str) -> Evidence:
    """Paid, captured, booked, sold and written for exactly once, here and at Stripe. Returns the evidence."""
    found, order = evidence(counter, reference), counter.order(reference)
    assert found.state == "completed", found
    assert "Paid" in found.heading, found
    assert [one for one in found.intents if one != ("canceled", 0)] == [("succeeded", order.total)], found
    assert [charge for charge in found.charges if charge[0] == "succeeded"] == [("succeeded", order.total, 0)], found
    assert [amount for _, amount in found.ledger] == [order.total], found
    assert (found.sales, found.letters, found.told.count("order.completed")) == (1, 1, 1), found
    return found


def inbox(counter: Counter) -> list[StripeEvent]:
    """Every event that was received, oldest first, detached."""
    with counter.sessions() as session:
        return list(session.scalars(select(StripeEvent).order_by(StripeEvent.id)))


def row_of(counter: Counter, event: dict[str, Any]) -> StripeEvent | None:
    """The inbox row of this event, if it was received."""
    return next((row for row in inbox(counter) if row.event_id == event["id"]), None)


def refusals(counter: Counter) -> dict[str, int]:
    """How many deliveries were refused, by reason."""
    with counter.sessions() as session:
        return {row.reason: row.count for row in session.scalars(select(RefusedDelivery))}


def _of(thing: dict[str, Any], number: str) -> bool:
    return bool(thing["metadata"].get("order") == number)
