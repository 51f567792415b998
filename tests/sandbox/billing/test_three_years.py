"""One customer's three years on a test clock, to the cent (STRIPE.md sections 8, 10 and 12)."""

from fractions import Fraction
from typing import Any

import pytest
import stripe

from tests.sandbox.billing.club import DAY, HOUR, Club
from tests.sandbox.billing.timed import START, Timed
from tests.sandbox.till import Till

# Days from the first failed try to each further one, as sandbox/README.md declares them.
RETRIES = (1, 3, 5, 7, 9, 11, 14)


def period(subscription: stripe.Subscription) -> tuple[int, int]:
    item = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end


def renewed(club: Timed, subscription: stripe.Subscription, times: int = 1) -> stripe.Subscription:
    """So many renewals later, when the last one has been tried."""
    for _ in range(times):
        club.go(period(club.read(subscription))[1] + HOUR + 1)
    return club.read(subscription)


def amounts(club: Club) -> list[int]:
    """What each invoice came to, oldest first."""
    return [one.total for one in club.invoices()[::-1]]


def test_three_years_of_a_subscription(till: Till) -> None:
    club, expected = Timed(till), [0]
    joined = club.join(trial_period_days=14)
    club.go(START + 14 * DAY + HOUR + 1)
    assert club.read(joined).status == "active"
    renewed(club, joined, 5)
    expected += [900] * 6
    fails_and_recovers(club, joined)
    expected += [900]
    expected += changes_plan(club, joined)
    pauses_and_resumes(club, joined)
    expected += [1900] * 5
    assert amounts(club) == expected
    forgiven(club, joined)
    expected += [1900, 1900]
    fails_for_good(club, joined)
    expected += [1900]
    club.keep("pm_card_visa")
    again = club.join()
    expected += [900]
    while period(club.read(again))[1] + HOUR < START + 3 * 365 * DAY:
        renewed(club, again)
        expected += [900]
    club.go(START + 3 * 365 * DAY)
    assert amounts(club) == expected
    add_up(club, never_paid=1900 * 3)


def fails_and_recovers(club: Timed, joined: stripe.Subscription) -> None:
    club.keep("pm_card_chargeCustomerFail")
    late = renewed(club, joined)
    unpaid: Any = late.latest_invoice
    assert (late.status, unpaid.attempt_count) == ("past_due", 1)
    club.go(unpaid.status_transitions.finalized_at + 3 * DAY + 1)
    assert club.v1.invoices.retrieve(unpaid.id).attempt_count == 3
    club.keep("pm_card_visa")
    assert club.v1.invoices.pay(unpaid.id).status == "paid"
    assert club.read(joined).status == "active"


def changes_plan(club: Timed, joined: stripe.Subscription) -> list[int]:
    """Dearer from the tenth day on; what the next three invoices must come to."""
    dear = club.a_price(1900)
    start, end = period(club.read(joined))
    change = start + 10 * DAY
    club.go(change)
    item = joined["items"].data[0].id
    club.v1.subscriptions.update(joined.id, {"items": [{"id": item, "price": dear.id}]})
    rest = Fraction(end - change, end - start)
    credit, charge = -int(900 * rest + Fraction(1, 2)), int(1900 * rest + Fraction(1, 2))
    renewed(club, joined, 3)
    return [1900 + credit + charge, 1900, 1900]


def pauses_and_resumes(club: Timed, joined: stripe.Subscription) -> None:
    club.v1.subscriptions.pause(joined.id)
    before = amounts(club)
    asleep = club.v1.test_helpers.test_clocks.retrieve(club.clock.id).frozen_time
    club.go(asleep + 80 * DAY)
    assert (club.read(joined).status, amounts(club)) == ("paused", before)
    awake = club.v1.subscriptions.resume(joined.id)
    assert (awake.status, period(awake)[0]) == ("active", asleep + 80 * DAY)
    renewed(club, joined, 4)


def forgiven(club: Timed, joined: stripe.Subscription) -> None:
    club.v1.subscriptions.update(joined.id, {"pause_collection": {"behavior": "void"}})
    renewed(club, joined, 2)
    club.v1.subscriptions.update(joined.id, {"pause_collection": ""})
    assert [one.status for one in club.invoices()[:2]] == ["void", "void"]


def fails_for_good(club: Timed, joined: stripe.Subscription) -> None:
    """Every retry of the table fails, and the subscription is canceled with the last."""
    club.keep("pm_card_chargeCustomerFail")
    lost: Any = renewed(club, joined).latest_invoice
    tried = lost.status_transitions.finalized_at
    for number, days in enumerate(RETRIES, 2):
        club.go(tried + days * DAY)
        assert club.v1.invoices.retrieve(lost.id).attempt_count == number
    gone = club.read(joined)
    assert (gone.status, gone.cancellation_details.reason) == ("canceled", "payment_failed")
    assert club.types()[-1] == "customer.subscription.deleted"
    assert gone.ended_at == tried + RETRIES[-1] * DAY


def add_up(club: Timed, never_paid: int) -> None:
    """Lines make invoices, invoices make payments, payments make charges."""
    invoices = club.invoices()
    for invoice in invoices:
        assert sum(line.amount for line in invoice.lines.data) == invoice.total
        assert invoice.amount_paid + invoice.amount_remaining == invoice.amount_due
    paid = [one for one in invoices if one.status == "paid"]
    assert sum(one.total for one in invoices) - sum(one.amount_paid for one in paid) == never_paid
    charges = club.v1.charges.list({"customer": club.customer.id, "limit": 100}).auto_paging_iter()
    taken = [one.amount for one in charges if one.status == "succeeded"]
    assert sum(taken) == sum(one.amount_paid for one in paid)
    assert sorted(taken) == sorted(one.amount_paid for one in paid if one.amount_paid)
    assert len({one.number for one in invoices}) == len(invoices)


@pytest.mark.parametrize(("behavior", "status"), [("cancel", "canceled"), ("pause", "paused")])
def test_a_trial_that_ends_without_a_card_on_a_clock(till: Till, behavior: Any, status: str) -> None:
    club = Timed(till, None)
    joined = club.join(trial_period_days=7, trial_settings={"end_behavior": {"missing_payment_method": behavior}})
    club.go(START + 8 * DAY)
    assert (club.read(joined).status, amounts(club)) == (status, [0])
