"""Two years of a monthly and a yearly plan: after every step our rows are Stripe's, and the letters are those listed.

The second run is the same with events shuffled, doubled and a third of them lost; reconciliation and sweeps are on.
"""

from dataclasses import replace

import pytest

from storefront.cashier.checking import check
from storefront.cashier.portal_terms import mend_portal
from storefront.cashier.reconciling import reconcile
from tests.subscriptions.club import DAY, FAILS, HOUR, MONTHLY, WORKS, YEARLY, Club

RECEIPT = "invoice_receipt"


class Years:
    """The club, with what must hold after each step."""

    def __init__(self, club: Club, *, troubled: bool) -> None:
        self.club, self.counter, self.troubled = club, club.counter, troubled
        self.names: list[str] = []
        if troubled:
            for seed, do in enumerate(("drop", "repeat", "reorder")):
                club.sandbox.fault(do, where="delivery", event="*", times=None, probability=1 / 3, seed=seed)

    def then(self, *letters: str, after: float = 0) -> None:
        """After so many seconds: the letters written are exactly these, and both sides agree on everything."""
        self.club.later(after)
        if self.troubled:
            self.club.sandbox.advance(180)
            reconcile(self.counter.till)
            self.counter.work()
        for name in self.names:
            assert self.club.ours(name) == self.club.theirs(name)
        assert self.club.new_letters() == sorted(letters)

    def joins(self, *letters: str, variant: int, email: str) -> str:
        self.names.append(self.club.joins(variant, email=email))
        self.then(*letters)
        return self.names[-1]

    def renews(self, name: str, *letters: str) -> None:
        """The period ends, the draft's hour passes, and money is asked for."""
        self.then(after=self.left(name))
        self.then(*letters, after=HOUR + 60)

    def left(self, name: str) -> float:
        """Seconds to the end of the period."""
        return self.club.at_stripe(name)["items"]["data"][0]["current_period_end"] - self.club.now() + 1


@pytest.mark.parametrize("troubled", [False, True], ids=["as-it-comes", "shuffled-doubled-and-lost"])
def test_two_years(open_club, troubled):
    club = open_club()
    counter = club.counter
    box = counter.sells("Tea box", price=900, stock=100, plan=replace(MONTHLY, trial_days=14))
    big = counter.sells("Big box", price=1500, stock=100, plan=MONTHLY)
    letters = counter.sells("Tea letters", price=6000, stock=None, plan=YEARLY)
    assert mend_portal(counter.till)[1] == "made"
    years = Years(club, troubled=troubled)
    monthly = years.joins("welcome", variant=box, email="ada@buyer.example")
    yearly = years.joins("welcome", RECEIPT, variant=letters, email="bo@stranger.example")
    assert [club.row(name).status for name in years.names] == ["trialing", "active"]
    assert club.boxes(monthly) == []

    years.then("trial_ending", after=11 * DAY + HOUR)
    for _ in range(4):
        years.renews(monthly, RECEIPT)
    a_card_that_fails_and_recovers(years, monthly)
    another_plan_by_the_portal(years, monthly, big)
    leaving_and_pausing(years, monthly)
    while club.row(monthly).period_end < club.row(yearly).period_end:
        years.renews(monthly, RECEIPT)
    years.renews(yearly, RECEIPT)
    for _ in range(6):
        years.renews(monthly, RECEIPT)
    both_end(years, monthly, yearly)

    paid = [one for one in club.invoices(monthly) if one.status == "paid" and one.total]
    assert len(paid) == len(club.boxes(monthly)) == len({order.id for order in club.boxes(monthly)})
    assert club.boxes(yearly) == []
    checked = check(counter.till, 900)
    assert [one.words for one in checked.found.differences] == []


def a_card_that_fails_and_recovers(years: Years, monthly: str) -> None:
    """Every try has its letter."""
    years.club.keeps(monthly, FAILS)
    years.renews(monthly, "payment_failed")
    assert years.club.row(monthly).status == "past_due"
    for days in (1, 2, 2):
        years.then("payment_failed", after=days * DAY)
    years.club.keeps(monthly, WORKS)
    years.then("recovered", RECEIPT, after=2 * DAY)
    assert years.club.row(monthly).status == "active"


def another_plan_by_the_portal(years: Years, monthly: str, big: int) -> None:
    """What it comes to is on the next invoice, and the next box is the big one."""
    ours = {"store": years.counter.till.settings.store_id, "variant": str(big)}
    listed = years.club.stripe("GET", "prices", limit=100)["data"]
    [price] = [one["id"] for one in listed if one["metadata"] == ours]
    years.club.portal(monthly).press(f"plan/{monthly}", price=price)
    years.then()
    assert years.club.row(monthly).what == "Big box"
    years.renews(monthly, RECEIPT)
    assert years.club.boxes(monthly)[-1].lines[0].variant_id == big


def leaving_and_pausing(years: Years, monthly: str) -> None:
    """Leaving and thinking better of it; a pause of the collection, and one of the subscription."""
    years.club.portal(monthly).press(f"cancel/{monthly}", feedback="unused")
    years.then("will_end")
    years.club.portal(monthly).press(f"stay/{monthly}")
    years.then()
    years.renews(monthly, RECEIPT)
    years.club.stripe("POST", f"subscriptions/{monthly}", **{"pause_collection[behavior]": "void"})
    years.then("paused")
    assert years.club.row(monthly).status == "active"
    years.renews(monthly)
    years.club.stripe("POST", f"subscriptions/{monthly}", pause_collection="")
    years.then("resumed")
    years.renews(monthly, RECEIPT)
    years.club.portal(monthly).press(f"pause/{monthly}")
    years.then("paused")
    assert years.club.row(monthly).status == "paused"
    years.then(after=40 * DAY)
    years.club.portal(monthly).press(f"resume/{monthly}")
    years.then("resumed", RECEIPT)


def both_end(years: Years, monthly: str, yearly: str) -> None:
    """One by its buyer's wish, with the paid time; one because no try to take its money came through."""
    club = years.club
    club.portal(monthly).press(f"cancel/{monthly}", feedback="too_expensive")
    years.then("will_end")
    years.then("ended", after=years.left(monthly))
    club.keeps(yearly, FAILS)
    years.renews(yearly, "payment_failed")
    for days in (1, 2, 2, 2, 2, 2):
        years.then("payment_failed", after=days * DAY)
    years.then("payment_failed", "ended", after=3 * DAY)
    assert [club.row(name).status for name in years.names] == ["canceled", "canceled"]
    assert club.row(monthly).cancel_feedback == "too_expensive"
    assert club.row(yearly).cancel_reason == "payment_failed"
