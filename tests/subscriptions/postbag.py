"""Events of a subscription, delivered by hand in whatever order a test wants."""

from typing import Any

from sqlalchemy import select

from storefront.orders.order import Order
from storefront.payments.summary import money_of
from tests.cashier.postbag import hold_back
from tests.subscriptions.club import Club

Events = list[dict[str, Any]]


def events_of(club: Club, name: str) -> Events:
    """All that Stripe has to tell of this subscription and its payments, oldest first."""
    customer = club.at_stripe(name)["customer"]
    newest = club.stripe("GET", "events", limit=100)["data"]
    return [
        event
        for event in reversed(newest)
        if customer in (event["data"]["object"].get("customer"), event["data"]["object"].get("id"))
    ]


def joins_unheard(club: Club, variant: int) -> tuple[str, Events]:
    """Paid at Stripe, of which the shop has heard nothing yet."""
    hold_back(club.counter)
    reference = club.counter.checks_out(variant)
    outcome = club.counter.pays(club.counter.page_of(reference))
    name = outcome["session"]["subscription"]
    return name, events_of(club, name)


def of_type(events: Events, *kinds: str) -> Events:
    return [event for kind in kinds for event in events if event["type"] == kind]


def assert_begun_once(club: Club, name: str) -> None:
    """Mirrored, paid, booked and written of exactly once."""
    assert club.ours(name) == club.theirs(name)
    assert club.new_letters() == ["invoice_receipt", "welcome"]
    with club.counter.sessions() as session:
        [order] = session.scalars(select(Order)).all()
        assert (order.state, order.to_ship, money_of(session, order).captured.amount) == ("completed", 1, 900)
