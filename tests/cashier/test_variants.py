"""Where Stripe's own way is not certain, the shop ends alike under every way that it may be (STRIPE.md section 15).

A story of one order each: bought after a decline, held and captured, called off, lapsed, left alone, given back.
"""

from collections import Counter as Tally
from typing import Any

import pytest
import requests
from sqlalchemy import select

from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.payments.refund import Refund
from tests.cashier.held import held, page_of, stock
from tests.cashier.mira import mira_at
from tests.cashier.returns import at_dashboard, refund
from tests.fixtures.counter import Counter

DECLINED, PENDING_REFUND, FAILING_REFUND = "4000000000000002", "4000000000007726", "4000000000005126"
DAY = 86400
PRICE, TOTAL = 1250, 1250 + 490
# Every choice that is not the default, which all other tests run under.
OTHER_WAYS = [
    ("session_event", "first"),
    ("cancel_of_hold", "refunded"),
    ("cancel_of_hold", "refund"),
    ("intent_after_decline", "new"),
    ("session_intent", "at_once"),
    ("intent_of_expired", "left"),
    ("captured_session", "unpaid"),
    ("expired_hold", "expired"),
    ("expired_hold_events", "intent_first"),
    ("balance_transaction", "at_once"),
    ("pending_refund", "counted"),
    ("failed_refund", "counted"),
    ("dynamic_methods", "card_and_sepa_debit"),
    ("replay_header", "absent"),
    ("smallest_amounts", "any"),
    ("checkout_types_code", "parameter_unknown"),
    ("conflict_type", "invalid_request_error"),
    ("delivery_retries", "three_tries"),
]
# What a payment and a refund do not meet; the subscribers' stories run under these.
OF_SUBSCRIPTIONS = {
    "trial_session",
    "dunning_end",
    "unpaid_invoice",
    "portal_cancel",
    "portal_default",
    "portal_cap",
    "test_clock_pace",
}


def test_every_way_that_stripe_may_be_is_tried(stripe_sandbox):
    found = requests.get(f"{stripe_sandbox.url}/_sandbox/variants", timeout=60).json()["choices"]
    tried = {(name, choice) for name, choices in found.items() for choice in choices[1:]}
    assert {one for one in tried if one[0] not in OF_SUBSCRIPTIONS} == set(OTHER_WAYS)


ALONE = [pytest.param({name: choice}, marks=pytest.mark.long, id=f"{name}-{choice}") for name, choice in OTHER_WAYS]
ORDER = {"session_event": "first", "session_intent": "at_once", "balance_transaction": "at_once"}


@pytest.mark.parametrize("ways", [pytest.param(dict(OTHER_WAYS), id="all"), pytest.param(ORDER, id="order"), *ALONE])
def test_the_shop_ends_alike(open_counter, choose, ways):
    choose(ways)
    counter = open_counter(CAPTURE_POLICY="on_shipping")
    mira = mira_at(counter)
    tea = counter.sells("Tea", price=PRICE, stock=10)

    sent = _after_a_decline(counter, tea, PENDING_REFUND)
    mira.submit(page_of(counter, mira, sent), "Mark as shipped")
    called_off, lapsed = _new(counter, tea), _new(counter, tea)
    mira.submit(page_of(counter, mira, called_off), "Cancel and release the hold")
    left = _begun(counter, tea)
    counter.pays(counter.page_of(left), DECLINED)
    counter.work()
    refund(counter, mira, sent, amount="5.00")
    counter.work()
    counter.sandbox.advance(8 * DAY)
    counter.work()

    at_once = open_counter(CAPTURE_POLICY="automatic", STORE_ID=counter.till.settings.store_id)
    given_back, kept = (_paid(at_once, tea, card) for card in (PENDING_REFUND, FAILING_REFUND))
    for reference in (given_back, kept):
        at_dashboard(at_once, _intent_of(at_once, reference))
    at_once.work()
    at_once.sandbox.advance(DAY)
    at_once.work()

    states = {name: counter.order(name).state for name in (sent, called_off, lapsed, left, given_back, kept)}
    assert list(states.values()) == ["completed", "cancelled", "expired", "expired", "completed", "completed"]
    assert _booked(counter) == {sent: TOTAL - 500, given_back: 0, kept: TOTAL}
    assert _refunds(counter) == Tally({("succeeded", 500): 1, ("succeeded", TOTAL): 1, ("failed", TOTAL): 1})
    assert stock(counter) == [(7, 0)]
    assert counter.order(kept).to_ship == 1
    assert counter.order(given_back).to_ship == 0
    receipts = Tally(letter["text"].count("€17.40") > 0 for letter in counter.letters("receipt"))
    assert receipts == {True: 3}
    assert [counter.order(name).attention for name in (sent, called_off, left, given_back)] == [""] * 4
    assert {one["amount_capturable"] for one in counter.at_stripe()} == {0}
    _books_agree(counter)


def _books_agree(counter: Counter) -> None:
    said = counter.app.test_cli_runner().invoke(args=["books"])
    assert said.exit_code == 0, said.output


def _begun(counter: Counter, tea: int) -> str:
    counter.client.raw.delete_cookie("cart")
    return counter.checks_out(tea)


def _new(counter: Counter, tea: int) -> str:
    counter.client.raw.delete_cookie("cart")
    return held(counter, tea)


def _paid(counter: Counter, tea: int, card: str) -> str:
    reference = _begun(counter, tea)
    counter.pays(counter.page_of(reference), card)
    counter.work()
    return reference


def _after_a_decline(counter: Counter, tea: int, card: str) -> str:
    reference = _begun(counter, tea)
    page = counter.page_of(reference)
    assert counter.pays(page, DECLINED)["state"] == "declined"
    counter.work()
    assert counter.order(reference).state == "open"
    assert counter.pays(page, card)["state"] == "done"
    counter.work()
    return reference


def _intent_of(counter: Counter, reference: str) -> Any:
    number = counter.order(reference).number
    return next(one["id"] for one in counter.at_stripe() if one["metadata"]["order"] == number)


def _booked(counter: Counter) -> dict[str, int]:
    """Minor units left of each order that any money came of."""
    with counter.sessions() as session:
        rows = session.execute(select(Order.reference, LedgerEntry.amount).join(LedgerEntry)).all()
    sums: Tally[str] = Tally()
    for reference, amount in rows:
        sums[reference] += amount
    return dict(sums)


def _refunds(counter: Counter) -> Tally[tuple[str, int]]:
    with counter.sessions() as session:
        return Tally((str(one.state), one.amount) for one in session.scalars(select(Refund)))
