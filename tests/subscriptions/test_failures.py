"""What goes wrong with subscriptions in the field, by the ids of the list of failures (E1, E3 to E6, E9, E11, E12)."""

from dataclasses import replace

import pytest
import requests
from sqlalchemy import select

from storefront.catalog.plan import WithoutCard
from storefront.clock import now
from storefront.orders.order import Order
from storefront.subscriptions.access import GRACE, has_access
from storefront.subscriptions.subscription import Subscription
from tests.cashier.mira import mira_at
from tests.cashier.postbag import deliver, hold_back
from tests.shopfront.signing_in import sign_in
from tests.subscriptions.club import DAY, FAILS, HOUR, MONTHLY, WORKS
from tests.subscriptions.postbag import events_of, of_type

ASKS_THE_BANK = "4000002500003155"
NO_CARD = replace(MONTHLY, trial_days=7, card_first=False, without_card=WithoutCard.PAUSE)


@pytest.fixture
def variant(stripe_sandbox):
    """`variant(name, choice)`: which of two ways Stripe may go; taken back in the end."""
    address = f"{stripe_sandbox.url}/_sandbox/variants"
    before = requests.get(address, timeout=10).json()["chosen"]
    yield lambda name, choice: requests.post(address, json={name: choice}, timeout=10).raise_for_status()
    requests.post(address, json=before, timeout=10).raise_for_status()


def test_e1_a_first_payment_that_is_never_made(club, tea):
    reference = club.counter.checks_out(tea)
    session_id = club.counter.page_of(reference)
    assert club.counter.pays(session_id, ASKS_THE_BANK)["state"] == "authenticate"
    club.counter.work()
    with club.counter.sessions() as session:
        [row] = session.scalars(select(Subscription)).all()
    assert (row.status, has_access(row, now())) == ("incomplete", False)

    club.later(23 * HOUR + 60)

    row = club.row(row.stripe_id)
    assert (row.status, has_access(row, now()), row.next_try) == ("incomplete_expired", False, None)
    assert club.new_letters() == []
    assert club.counter.order(reference).state == "expired"
    assert "Never paid" in mira_at(club.counter).get("/backoffice/subscriptions?status=ended").words("main")


@pytest.mark.parametrize(
    ("ending", "status", "access"), [("cancel", "canceled", False), ("unpaid", "unpaid", False), ("past_due", "past_due", False)]
)  # fmt: skip
def test_e3_a_renewal_that_fails_to_the_end(club, tea, variant, ending, status, access):
    variant("dunning_end", ending)
    name = club.joins(tea)
    club.keeps(name, FAILS)
    club.to_the_end(name)
    row = club.row(name)
    assert (row.status, has_access(row, now())) == ("past_due", True)
    assert not has_access(row, row.late_since + GRACE)

    club.later(15 * DAY)

    row = club.row(name)
    assert (row.status, has_access(row, now())) == (status, access)
    assert club.ours(name) == club.theirs(name)
    assert len(club.boxes(name)) == 1


def test_e4_a_paused_subscription_counts_as_one(club):
    plan = club.counter.sells("Tea box", price=900, stock=20, plan=NO_CARD)
    name = club.joins(plan, card="")
    assert club.new_letters() == ["welcome"]
    club.later(4 * DAY + HOUR)
    assert club.new_letters() == ["trial_ending"]
    club.later(3 * DAY)
    assert (club.row(name).status, club.row(name).paused_why) == ("paused", "trial_end_without_payment_method")
    assert (has_access(club.row(name), now()), club.new_letters()) == (False, ["paused"])

    second = club.joins(plan, card="")

    assert "had Tea box already" in club.row(second).attention
    mira = mira_at(club.counter)
    assert "Was the second one meant?" in mira.get(f"/backoffice/subscriptions/{second}").words("main")
    mira.submit(mira.get(f"/backoffice/subscriptions/{second}"), "I have looked into it")
    assert club.row(second).attention == ""
    club.new_letters()
    club.keeps(name, WORKS)
    club.portal(name).press(f"resume/{name}")
    club.counter.work()
    assert club.row(name).status == "active"
    assert club.new_letters() == ["invoice_receipt", "resumed"]


def test_e5_a_paused_collection_leaves_the_status(club, tea):
    name = club.joins(tea)
    for behavior in ("void", "mark_uncollectible", "keep_as_draft"):
        club.stripe("POST", f"subscriptions/{name}", **{"pause_collection[behavior]": behavior})
        club.counter.work()
        row = club.row(name)
        assert (row.status, row.pause, row.paused, has_access(row, now())) == ("active", behavior, True, True)
        assert row.next_charge is None

    club.to_the_end(name)

    assert club.ours(name) == club.theirs(name)
    assert len(club.boxes(name)) == 1
    assert "Not collected" in mira_at(club.counter).get("/backoffice/subscriptions?status=paused").words("main")


@pytest.mark.parametrize("flag", ["cancel_at_period_end", "cancel_at"])
def test_e6_an_end_that_is_taken_back(club, tea, flag):
    name = club.joins(tea)
    club.new_letters()
    end = club.at_stripe(name)["items"]["data"][0]["current_period_end"]
    club.stripe("POST", f"subscriptions/{name}", **{flag: "true" if flag == "cancel_at_period_end" else str(end)})
    club.counter.work()
    row = club.row(name)
    assert (int(row.ends_at.timestamp()), has_access(row, now()), row.next_charge) == (end, True, None)
    assert club.new_letters() == ["will_end"]

    club.stripe("POST", f"subscriptions/{name}", **{flag: "false" if flag == "cancel_at_period_end" else ""})
    club.counter.work()

    assert club.row(name).ends_at is None
    assert "Its end was taken back; it goes on." in club.told(name)
    club.to_the_end(name)
    assert (club.row(name).status, len(club.boxes(name))) == ("active", 2)


def test_e9_one_letter_for_each_attempt(club, tea):
    name = club.joins(tea)
    club.keeps(name, FAILS)
    club.new_letters()
    club.to_the_end(name)
    failed = of_type(events_of(club, name), "invoice.payment_failed")[-1]
    for repeat in range(3):
        assert deliver(club.counter, {**failed, "id": f"{failed['id']}_{repeat}"}) == 200
        club.counter.work()
    assert club.new_letters() == ["payment_failed"]
    [letter] = club.counter.letters("could not take the payment")
    assert "We try again on" in letter["text"]

    club.keeps(name, WORKS)
    invoice = club.invoices(name)[0].stripe_id
    club.stripe("POST", f"invoices/{invoice}/pay")
    club.counter.work()

    assert club.new_letters() == ["invoice_receipt", "recovered"]
    assert club.row(name).late_since is None


def test_e11_the_customer_is_deleted(club, tea):
    """Of all that Stripe has to say about it only the customer's own event arrives."""
    name = club.joins(tea)
    club.new_letters()
    customer = club.row(name).customer
    hold_back(club.counter)
    club.stripe("DELETE", f"customers/{customer}")
    [event] = club.stripe("GET", "events", type="customer.deleted", limit=1)["data"]
    assert event["data"]["object"]["id"] == customer
    assert deliver(club.counter, event) == 200
    club.counter.work(deliver=False)

    row = club.row(name)
    assert (row.status, has_access(row, now()), row.next_try) == ("canceled", False, None)
    assert club.new_letters() == ["ended"]
    assert name in mira_at(club.counter).get(f"/backoffice/subscriptions/{name}").words("main")
    ada = sign_in(club.counter)
    with club.counter.sessions() as session:
        order = session.get_one(Order, row.order_id)
    assert order.state == "completed"
    assert order.number in ada.get("/account").words("main table")
    assert "Ended" in ada.get("/account/subscriptions").words("main")


def test_e12_two_subscriptions_of_one_customer(club, tea):
    first = club.joins(tea)
    thing = club.at_stripe(first)
    again = club.stripe(
        "POST", "subscriptions", **{
            "customer": thing["customer"], "items[0][price]": thing["items"]["data"][0]["price"]["id"],
            "default_payment_method": thing["default_payment_method"],
            "metadata[store]": club.counter.till.settings.store_id,
        },
    )  # fmt: skip
    club.counter.work()

    for name in (first, again["id"]):
        assert club.ours(name) == club.theirs(name)
    assert len(club.boxes(first)) == len(club.boxes(again["id"])) == 1
    club.keeps(first, FAILS)
    club.counter.work()
    assert {club.row(name).card_last4 for name in (first, again["id"])} == {"0341"}
