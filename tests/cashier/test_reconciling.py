"""Reconciling: whatever did not arrive, or was lost with a database, is fetched from Stripe, once and without doing anything twice."""

import pytest
import requests
from sqlalchemy import select

from storefront.inbox.event import StripeEvent
from storefront.payments.payment import Payment
from tests.cashier.backup import back_up
from tests.cashier.evidence import assert_paid_once, evidence, inbox
from tests.cashier.mira import mira_at
from tests.cashier.postbag import hold_back
from tests.client import Client

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def reconcile(counter):
    """Runs the command; answers its exit code and what it said."""

    def run(*options):
        result = counter.app.test_cli_runner().invoke(args=["reconcile", *options])
        return result.exit_code, result.output

    return run


def checked_out(counter, *variants, quantity=1):
    """An order of a buyer who was never here before, up to the payment page."""
    return counter.checks_out(*variants, quantity=quantity, client=Client(counter.app))


def bought(counter, *variants, quantity=1):
    """The same, paid and worked on."""
    reference = checked_out(counter, *variants, quantity=quantity)
    counter.pays(counter.page_of(reference))
    counter.work()
    return reference


def movements(counter):
    """What Stripe was asked to change, of this shop's money and of everybody else's: a method and a path each."""
    return [(one["method"], one["path"]) for one in counter.sandbox.requests() if one["method"] != "GET"]


def money_at_stripe(counter):
    totals = counter.sandbox.totals()
    names = ("payment_intents", "sessions", "charges", "succeeded", "captured", "authorized", "refunded")
    return {name: totals[name] for name in names}


def refund_at_stripe(counter, intent, amount):
    """As from Stripe's Dashboard."""
    requests.post(
        f"{counter.sandbox.url}/v1/refunds",
        data={"payment_intent": intent, "amount": amount},
        auth=(counter.till.settings.stripe_secret_key, ""),
        timeout=60,
    ).raise_for_status()


def sources(counter):
    """How the events of this shop's payments came; a stranger's may still be on their way here."""
    return {row.source for row in inbox(counter) if row.payment_id}


def test_a9_the_endpoint_was_down_for_longer_than_stripe_tries(counter, reconcile):
    hold_back(counter)
    references = [checked_out(counter, counter.sells("Tea")), checked_out(counter, counter.sells("Teapot"))]
    for reference in references:
        counter.pays(counter.page_of(reference))
    with counter.sessions.begin() as session:
        for payment in session.query(Payment):
            payment.next_try = None  # no sweep helps: the events alone must do
    counter.sandbox.advance(4 * DAY)

    code, said = reconcile()
    counter.work(deliver=False)

    assert code == 0, said
    for reference in references:
        assert_paid_once(counter, reference)
    assert sources(counter) == {"pulled"}


def test_reconciling_twice_changes_nothing(counter, reconcile):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    counter.pays(counter.page_of(reference))
    for _ in range(2):  # the second time fetches what came of the capture, and of its movement of the balance
        assert reconcile()[0] == 0
        counter.work(deliver=False)
        counter.sandbox.advance(10)
    before, done, events = assert_paid_once(counter, reference), movements(counter), len(inbox(counter))

    code, said = reconcile()
    counter.work(deliver=False)

    assert (code, said.strip().splitlines()[-1]) == (0, "0 events fetched, 0 orders brought back.")
    assert (evidence(counter, reference), movements(counter), len(inbox(counter))) == (before, done, events)


def test_reconciling_says_what_is_wrong_when_stripe_is_away(counter, reconcile):
    counter.sandbox.fault("500_before", where="request", path="GET /v1/events", times=None)

    code, said = reconcile()

    assert code == 1
    assert "Run it again; nothing is done twice." in said


def test_a25_an_event_that_cannot_be_applied_makes_the_command_fail(counter, reconcile):
    counter.buys(counter.sells())
    with counter.sessions.begin() as session:
        session.scalars(select(StripeEvent).limit(1)).one().state = "failed"

    code, said = reconcile()

    assert code == 1
    assert "1 events could not be applied: see /backoffice/events?state=failed." in said


def test_f7_a_database_restored_from_an_hour_ago(counter, reconcile, tmp_path):
    tea, pot = counter.sells("Tea"), counter.sells("Teapot", price=3900)
    before = [bought(counter, tea), checked_out(counter, pot)]
    open_page = counter.page_of(before[1])
    restore = back_up(counter, tmp_path)
    counter.sandbox.advance(HOUR)
    after = [bought(counter, tea, quantity=2), bought(counter, tea, pot)]
    counter.pays(open_page)
    counter.work()
    refunded = next(one for one in counter.at_stripe() if one["metadata"]["order"] == counter.order(after[0]).number)
    refund_at_stripe(counter, refunded["id"], 1000)
    counter.work()
    assert len(counter.letters("refund")) == 1
    told = [evidence(counter, reference) for reference in [*before, *after]]
    orders = [counter.order(reference) for reference in [*before, *after]]
    done, sent, money = movements(counter), len(counter.letters()), money_at_stripe(counter)

    restore()
    code, said = reconcile()
    counter.work()

    assert code == 0, said
    again = [evidence(counter, reference) for reference in [*before, *after]]
    assert [(one.state, one.heading, one.intents, one.charges, one.ledger, one.shelf, one.sales) for one in again] == [
        (one.state, one.heading, one.intents, one.charges, one.ledger, one.shelf, one.sales) for one in told
    ]
    found = [counter.order(reference) for reference in [*before, *after]]
    assert [(one.number, one.total, one.email, one.name) for one in found] == [
        (one.number, one.total, one.email, one.name) for one in orders
    ]
    assert movements(counter) == done, "no charge, no capture, no refund is asked for again"
    assert money_at_stripe(counter) == money
    assert len(counter.letters()) == sent, "and nobody gets a letter twice"
    assert {order.attention for order in found} == {""}


def test_f7_again_changes_nothing_and_the_merchant_may_send_the_letter(counter, reconcile, tmp_path):
    variant = counter.sells()
    restore = back_up(counter, tmp_path)
    reference = bought(counter, variant)
    number = counter.order(reference).number
    restore()
    reconcile()
    counter.work()
    found = evidence(counter, reference)

    assert reconcile()[0] == 0
    counter.work()

    assert evidence(counter, reference) == found
    assert found.letters == 1
    mira = mira_at(counter)
    page = mira.get("/backoffice/letters?state=failed")
    assert f"Receipt {number}" in page.words("main")
    assert "restored from a backup" in page.words("main")
    mira.submit(page, "Send it now")
    counter.work()
    assert evidence(counter, reference).letters == 2, "only because she said so"


def test_f7_a_payment_page_that_is_still_open_can_be_paid(counter, reconcile, tmp_path):
    variant = counter.sells(stock=3)
    restore = back_up(counter, tmp_path)
    reference = checked_out(counter, variant, quantity=2)
    session_id = counter.page_of(reference)

    restore()
    assert reconcile()[0] == 0

    assert evidence(counter, reference).shelf == [(3, 2)]
    assert counter.page_of(reference) == session_id, "the same page, not a second one"
    counter.pays(session_id)
    counter.work()
    assert_paid_once(counter, reference)


def test_f7_a_payment_begun_before_the_backup_and_finished_after_it(counter, reconcile, tmp_path):
    variant = counter.sells()
    reference = checked_out(counter, variant)
    session_id = counter.page_of(reference)
    restore = back_up(counter, tmp_path)
    counter.pays(session_id)
    counter.work()
    done, told = movements(counter), assert_paid_once(counter, reference)

    restore()
    assert reconcile("--restored")[0] == 0
    counter.work()

    assert movements(counter) == done
    again = assert_paid_once(counter, reference)
    assert (again.ledger, again.shelf, again.letters) == (told.ledger, told.shelf, 1)
