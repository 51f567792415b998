"""Subscribers' lives end alike under every way that Stripe may be (STRIPE.md section 15; tests/cashier/test_variants.py)."""

from dataclasses import replace

import pytest

from storefront.clock import now
from storefront.subscriptions.access import has_access
from tests.subscriptions.club import DAY, FAILS, HOUR, MONTHLY

TRIAL = replace(MONTHLY, trial_days=14)
# `dunning_end` alone changes how a life ends; test_failures.py tells of it.
OTHER_WAYS = {
    "session_event": "first",
    "session_intent": "at_once",
    "balance_transaction": "at_once",
    "trial_session": "paid",
    "unpaid_invoice": "uncollectible",
    "portal_cancel": "cancel_at",
    "portal_default": "made",
    "dynamic_methods": "card_and_sepa_debit",
}
ALONE = [
    pytest.param({name: choice}, marks=pytest.mark.long, id=f"{name}-{choice}") for name, choice in OTHER_WAYS.items()
]


@pytest.mark.parametrize("ways", [pytest.param({}, id="default"), pytest.param(OTHER_WAYS, id="all"), *ALONE])
def test_lives_end_alike(open_club, choose, ways):
    choose(ways)
    club = open_club()
    tea = club.counter.sells("Tea box", price=900, stock=20, plan=MONTHLY)
    trial = club.counter.sells("Cocoa box", price=700, stock=20, plan=TRIAL)
    tries, leaves, fails = (
        club.joins(trial, email="ada@buyer.example"),
        club.joins(tea, email="bo@stranger.example"),
        club.joins(tea, email="cleo@buyer.example"),
    )
    assert [club.row(name).status for name in (tries, leaves, fails)] == ["trialing", "active", "active"]
    assert [has_access(club.row(name), now()) for name in (tries, leaves, fails)] == [True] * 3
    club.keeps(fails, FAILS)
    club.later(15 * DAY)
    assert club.row(tries).status == "active"

    club.to_the_end(leaves)
    assert [club.row(name).status for name in (tries, leaves, fails)] == ["active", "active", "past_due"]
    club.portal(leaves).press(f"cancel/{leaves}")
    club.counter.work()
    assert club.row(leaves).cancel_at is not None
    club.later(32 * DAY)
    club.later(2 * HOUR)

    assert [club.row(name).status for name in (tries, leaves, fails)] == ["active", "canceled", "canceled"]
    assert [has_access(club.row(name), now()) for name in (tries, leaves, fails)] == [True, False, False]
    assert [len(club.boxes(name)) for name in (tries, leaves, fails)] == [2, 2, 1]
    for name in (tries, leaves, fails):
        assert club.ours(name) == club.theirs(name)
    assert club.new_letters().count("invoice_receipt") == 5
    said = club.counter.app.test_cli_runner().invoke(args=["books"])
    assert said.exit_code == 0, said.output
