"""Between authorisation and capture: what cannot be sent is left out, and nobody pays for it."""

import pytest

from storefront.clock import now
from storefront.inbox.event import EventState, StripeEvent
from storefront.orders.order import LineItem, Order
from storefront.payments.allocation import amount_due
from storefront.payments.ledger import LedgerEntry
from storefront.stock.hold import release
from storefront.stock.level import StockLevel, count


def late_payer(counter, *variants, quantity=2):
    """An order whose page was paid after its stock was given back, and the session it was paid in."""
    reference = counter.checks_out(*variants, quantity=quantity)
    session_id = counter.page_of(reference)
    with counter.sessions.begin() as session:
        release(session, counter.order(reference).id)
    return reference, session_id


def sold_in_the_street(counter, variant, left):
    with counter.sessions.begin() as session:
        count(session, variant, left, f"street {variant}")


def levels(counter, *variants):
    with counter.sessions() as session:
        found = [session.get_one(StockLevel, variant) for variant in variants]
        return [(level.on_hand, level.held) for level in found]


def test_c13_c14_a_lost_line_is_left_out_and_the_rest_captured(counter):
    tea, pot = counter.sells("Tea", price=1250, stock=5), counter.sells("Teapot", price=3000, stock=5)
    reference, session_id = late_payer(counter, tea, pot)
    sold_in_the_street(counter, pot, 1)

    counter.pays(session_id)
    counter.work()

    taken = 2 * 1250 + 3000 + 490
    [intent] = counter.at_stripe()
    assert (intent["status"], intent["amount"], intent["amount_received"]) == ("succeeded", taken + 3000, taken)
    assert intent["amount_capturable"] == 0
    assert levels(counter, tea, pot) == [(3, 0), (0, 0)]
    with counter.sessions() as session:
        assert [entry.amount for entry in session.query(LedgerEntry)] == [taken]
    [letter] = counter.letters("not everything")
    assert "1 x Teapot" in letter["text"]
    assert "€59.90" in letter["text"]
    assert "€89.90" in letter["text"]
    [receipt] = counter.letters("receipt")
    assert "1 of them left out" in receipt["text"]
    assert "Charged: €59.90" in receipt["text"]
    page = counter.reads(reference)
    assert "Charged: €59.90" in page
    assert "1 left out" in page
    assert counter.order(reference).to_ship == 3
    assert counter.order(reference).attention == ""

    with counter.sessions.begin() as session:
        for event in session.query(StripeEvent):
            event.state, event.next_try = EventState.RECEIVED, now()
    counter.work()
    assert levels(counter, tea, pot) == [(3, 0), (0, 0)]
    assert len(counter.letters("not everything")) == 1


def test_c13_where_nothing_is_left_the_whole_hold_is_released(counter):
    tea, pot = counter.sells("Tea", stock=5), counter.sells("Teapot", stock=5)
    _, session_id = late_payer(counter, tea, pot)
    sold_in_the_street(counter, tea, 0)
    sold_in_the_street(counter, pot, 0)

    counter.pays(session_id)
    counter.work()

    assert [(intent["status"], intent["amount_received"]) for intent in counter.at_stripe()] == [("canceled", 0)]
    assert levels(counter, tea, pot) == [(0, 0), (0, 0)]
    assert counter.letters("receipt") == []


@pytest.mark.parametrize(
    ("left_out", "due"),
    [((0, 0), 3 * 333 + 1000 + 490 + 77), ((1, 0), 2 * 333 + 1000 + 490 + 64), ((3, 0), 1000 + 490 + 39)],
)
def test_c13_tax_on_top_is_taken_for_what_is_kept(left_out, due):
    """77 over 999 and 1000: 38 and 39; of 38, two thirds are 25 (25.33)."""
    tea = LineItem(unit_amount=333, quantity=3, left_out=left_out[0], requires_shipping=True)
    pot = LineItem(unit_amount=1000, quantity=1, left_out=left_out[1], requires_shipping=True)
    order = Order(currency="eur", subtotal=1999, shipping=490, discount=0, tax=77, total=2566, lines=[tea, pot])

    assert amount_due(order) == due


def test_c13_shipping_falls_away_with_the_last_line_that_needs_it():
    tea = LineItem(unit_amount=500, quantity=2, left_out=2, requires_shipping=True)
    song = LineItem(unit_amount=99, quantity=1, left_out=0, requires_shipping=False)
    order = Order(currency="eur", subtotal=1099, shipping=490, discount=0, tax=0, total=1589, lines=[tea, song])

    assert amount_due(order) == 99
