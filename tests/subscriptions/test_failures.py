"""What goes wrong with subscriptions in the field, by the ids of the list of failures (E1 to E14, A4, A6, A7)."""

from dataclasses import replace

import pytest
import requests
from sqlalchemy import select

from storefront.catalog.plan import WithoutCard
from storefront.clock import now
from storefront.inbox.event import StripeEvent
from storefront.orders.order import Order
from storefront.payments.summary import money_of
from storefront.subscriptions.access import GRACE, has_access
from storefront.subscriptions.subscription import Subscription
from tests.cashier.mira import mira_at
from tests.cashier.postbag import an_event, deliver, hold_back
from tests.subscriptions.club import DAY, FAILS, HOUR, MONTHLY, WORKS, Club

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ASKS_THE_BANK = "4000002500003155"
NO_CARD = replace(MONTHLY, trial_days=7, card_first=False, without_card=WithoutCard.PAUSE)


@pytest.fixture
def variant(stripe_sandbox):
    """`variant(name, choice)`: which of two ways Stripe may go; taken back in the end."""
    address = f"{stripe_sandbox.url}/_sandbox/variants"
    before = requests.get(address, timeout=10).json()["chosen"]
    yield lambda name, choice: requests.post(address, json={name: choice}, timeout=10).raise_for_status()
    requests.post(address, json=before, timeout=10).raise_for_status()


def events_of(club: Club, name: str) -> list[dict]:
    """All that Stripe has to tell of this subscription and its payments, oldest first."""
    customer = club.at_stripe(name)["customer"]
    newest = club.stripe("GET", "events", limit=100)["data"]
    return [
        event
        for event in reversed(newest)
        if customer in (event["data"]["object"].get("customer"), event["data"]["object"].get("id"))
    ]


def joins_unheard(club: Club, variant: int) -> tuple[str, list[dict]]:
    """Paid at Stripe, of which the shop has heard nothing yet."""
    hold_back(club.counter)
    reference = club.counter.checks_out(variant)
    outcome = club.counter.pays(club.counter.page_of(reference))
    name = outcome["session"]["subscription"]
    return name, events_of(club, name)


def of_type(events: list[dict], *kinds: str) -> list[dict]:
    return [event for kind in kinds for event in events if event["type"] == kind]


def assert_begun_once(club: Club, name: str) -> None:
    """Mirrored, paid, booked and written of exactly once."""
    assert club.ours(name) == club.theirs(name)
    assert club.new_letters() == ["invoice_receipt", "welcome"]
    with club.counter.sessions() as session:
        [order] = session.scalars(select(Order)).all()
        assert (order.state, order.to_ship, money_of(session, order).captured.amount) == ("completed", 1, 900)


@pytest.fixture
def tea(club):
    return club.counter.sells("Tea box", price=900, stock=20, plan=MONTHLY)


@on_sqlite
def test_e1_a_first_payment_that_is_never_made(club, tea):
    reference = club.counter.checks_out(tea)
    session_id = club.counter.page_of(reference)
    assert club.counter.pays(session_id, ASKS_THE_BANK)["state"] == "authenticate"
    club.counter.work()
    [row] = club.counter.sessions().scalars(select(Subscription)).all()
    assert (row.status, has_access(row, now())) == ("incomplete", False)

    club.later(23 * HOUR + 60)

    row = club.row(row.stripe_id)
    assert (row.status, has_access(row, now()), row.next_try) == ("incomplete_expired", False, None)
    assert club.new_letters() == []
    assert club.counter.order(reference).state == "expired"
    assert "Never paid" in mira_at(club.counter).get("/backoffice/subscriptions?status=ended").words("main")


def test_e2_a4_any_event_may_come_first(club, tea):
    name, events = joins_unheard(club, tea)
    order = ("payment_intent.succeeded", "customer.subscription.updated", "charge.succeeded", "checkout.session.completed",
             "customer.subscription.created", "invoice.created", "invoice.paid")  # fmt: skip
    for event in of_type(events, *order):
        assert deliver(club.counter, event) == 200
        club.counter.work(deliver=False)
        if event["type"].startswith("customer.subscription"):
            assert club.row(name).status == "active", "an older snapshot never overwrites"

    assert_begun_once(club, name)


@on_sqlite
def test_a7_the_second_of_an_event_decides_nothing(club, tea):
    name, events = joins_unheard(club, tea)
    for event in events:
        event["created"] = 1_800_000_000

    for event in reversed(events):
        assert deliver(club.counter, event) == 200
    club.counter.work(deliver=False)

    assert_begun_once(club, name)


@on_sqlite
@pytest.mark.parametrize("renewed", [False, True], ids=["first-payment", "renewal"])
def test_a6_refunded_before_the_payment_is_heard_of(club, tea, renewed):
    if renewed:
        name = club.joins(tea)
        hold_back(club.counter)
        club.sandbox.advance(32 * DAY)
        with club.counter.sessions.begin() as session:
            session.query(Subscription).update({"next_try": None})
        events = events_of(club, name)
    else:
        name, events = joins_unheard(club, tea)
    paid = of_type(events, "payment_intent.succeeded")[-1]
    club.stripe("POST", "refunds", payment_intent=paid["data"]["object"]["id"])
    refunded = events_of(club, name)[len(events) :]

    for event in (*of_type(refunded, "charge.refunded", "refund.created"), *of_type(events, "invoice.paid"), paid):
        assert deliver(club.counter, event) == 200
        club.counter.work(deliver=False)

    with club.counter.sessions() as session:
        order = session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
        money = money_of(session, order)
        assert (money.state, money.captured.amount, money.refunded.amount) == ("refunded", 900, 900)
        assert order.to_ship == 0


@on_sqlite
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


@on_sqlite
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


@on_sqlite
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


@on_sqlite
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


@on_sqlite
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


@on_sqlite
@pytest.mark.parametrize("kind", ["invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid"])
def test_e10_an_invoice_speaks_before_its_subscription(club, tea, kind):
    name, events = joins_unheard(club, tea)
    if kind == "invoice_payment.paid":
        newest = club.stripe("GET", "events", type=kind, limit=1)["data"]
        [event] = newest
    else:
        [event] = of_type(events, kind)

    assert deliver(club.counter, event) == 200
    club.counter.work(deliver=False)
    assert club.row(name).status == "active"
    assert deliver(club.counter, of_type(events, "checkout.session.completed")[0]) == 200
    club.counter.work(deliver=False)

    assert_begun_once(club, name)


@on_sqlite
def test_e11_the_customer_is_deleted(club, tea):
    name = club.joins(tea)
    club.new_letters()
    customer = club.row(name).customer
    club.stripe("DELETE", f"customers/{customer}")
    club.counter.work()

    row = club.row(name)
    assert (row.status, has_access(row, now()), row.next_try) == ("canceled", False, None)
    assert club.new_letters() == ["ended"]
    with club.counter.sessions() as session:
        assert session.get_one(Order, row.order_id).state == "completed"
    assert name in mira_at(club.counter).get(f"/backoffice/subscriptions/{name}").words("main")


@on_sqlite
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


@on_sqlite
def test_e13_an_invoice_that_does_not_exist_yet(club):
    event = an_event("invoice.upcoming", object="invoice", parent={"subscription_details": {"subscription": "sub_1"}})
    del event["data"]["object"]["id"]

    assert deliver(club.counter, event) == 200
    club.counter.work(deliver=False)

    with club.counter.sessions() as session:
        row = session.scalars(select(StripeEvent).where(StripeEvent.event_id == event["id"])).one()
        assert (row.state, row.attempts, row.next_try) == ("ignored", 0, None)
        assert "does not exist yet" in row.verdict


@on_sqlite
def test_e14_what_stripe_no_longer_has_is_buried(club, tea):
    name = club.joins(tea)
    club.new_letters()
    with club.counter.sessions.begin() as session:
        session.query(Subscription).update({"stripe_id": "sub_gone", "next_try": now()})
    club.counter.work()

    row = club.row("sub_gone")
    assert (row.gone, row.status, row.next_try, has_access(row, now())) == (True, "canceled", None, False)
    assert club.new_letters() == ["ended"]
    before = len(club.sandbox.requests())
    event = {**of_type(events_of(club, name), "customer.subscription.created")[0], "id": "evt_late"}
    event["data"]["object"]["id"] = "sub_gone"
    assert deliver(club.counter, event) == 200
    club.later(2 * DAY)
    asked = [one for one in club.sandbox.requests(before) if "sub_gone" in one["path"]]
    assert len(asked) <= 1
    assert club.new_letters() == []
