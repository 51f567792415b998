"""`flask doctor` and the alarm: the fault is named, and staff hear of it before buyers do."""

from datetime import timedelta

import pytest
import requests

from storefront.cashier.examining import skew
from storefront.cashier.reconciling import reconcile
from storefront.clock import wall
from storefront.staff.member import add_member
from tests.cashier.evidence import refusals
from tests.cashier.mira import mira_at
from tests.cashier.postbag import an_event, deliver, events_of, hold_back, only
from tests.client import Client
from tests.fixtures.running import until

HOUR = 3600


def doctor(counter):
    result = counter.app.test_cli_runner().invoke(args=["doctor"])
    return result.exit_code, result.output


def paid(counter, variant=None):
    """Answers the session."""
    session_id = counter.page_of(counter.checks_out(variant or counter.sells()))
    counter.pays(session_id)
    return session_id


@pytest.fixture
def endpoint(counter):
    """Changes the shop's webhook endpoint at Stripe; it is as before afterwards."""
    url, key = f"{counter.sandbox.url}/v1/webhook_endpoints", (counter.till.settings.stripe_secret_key, "")
    found = requests.get(url, auth=key, timeout=60).json()["data"]
    [mine] = [one for one in found if one["url"] == f"{counter.url}/webhooks/stripe"]

    def change(**data):
        requests.post(f"{url}/{mine['id']}", data=data, auth=key, timeout=60).raise_for_status()

    yield change
    change(**{"enabled_events[0]": "*", "disabled": "false"})


def test_a_healthy_shop_is_told_so(counter):
    counter.buys(counter.sells())

    code, said = doctor(counter)

    assert code == 0, said
    assert "WRONG" not in said
    assert "The clock of this machine is right." in said
    assert "No event had to be fetched" in said


def test_a13_a_wrong_secret_is_known_by_stripes_own_event(counter):
    hold_back(counter)
    event = only(events_of(counter, paid(counter)), "checkout.session.completed")

    def refused():
        assert deliver(counter, event, secret="whsec_mistyped") == 400
        return refusals(counter).get("signature")

    until(refused, "a refusal is counted", 60)
    code, said = doctor(counter)

    assert code == 1
    assert f"Stripe knows {event['id']}, so the secret is wrong." in said


def test_a_forger_is_not_taken_for_a_wrong_secret(counter):
    def refused():
        assert deliver(counter, an_event(), secret="whsec_guessed") == 400
        return refusals(counter).get("signature")

    until(refused, "a refusal is counted", 60)
    _, said = doctor(counter)

    assert "none was seen to be Stripe's" in said
    assert "secret is wrong" not in said


def test_a9_a_disabled_endpoint_is_named(counter, endpoint):
    endpoint(disabled="true")

    code, said = doctor(counter)

    assert code == 1
    assert "is disabled: Stripe sends it nothing. Run flask connect." in said


def test_d6_missing_kinds_of_events_are_named(counter, endpoint):
    endpoint(**{"enabled_events[0]": "charge.succeeded"})

    code, said = doctor(counter)

    assert code == 1
    assert "checkout.session.completed" in said


def test_an_address_without_endpoint_is_named(open_counter):
    code, said = doctor(open_counter(SITE_URL="http://127.0.0.1:1"))

    assert code == 1
    assert "Stripe has no webhook endpoint for http://127.0.0.1:1/webhooks/stripe" in said


def test_a18_a_clock_that_is_off_is_named():
    right = wall()

    assert skew(right, right + timedelta(seconds=20)).well
    assert "360 seconds fast. Stripe's events are refused" in skew(right, right + timedelta(minutes=6)).words
    slow = skew(right, right - timedelta(minutes=6))
    assert not slow.well
    assert "360 seconds slow. Switch on" in slow.words


def test_stripe_away_is_said(counter):
    counter.sandbox.fault("500_before", where="request", path="GET /v1/account", times=None)

    code, said = doctor(counter)

    assert code == 1
    assert "Stripe could not be asked" in said


def test_staff_hear_of_events_that_do_not_arrive_once_a_day(counter):
    with counter.sessions.begin() as session:
        add_member(session, "noor@shop.example", "Noor")
    tea = counter.sells()
    counter.buys(tea)
    hold_back(counter)
    counter.sandbox.advance(2 * HOUR)
    counter.work(deliver=False)
    assert counter.letters("events do not reach") == [], "nothing happened, so nothing is missing"
    paid(counter, tea)
    counter.sandbox.advance(300)

    for _ in range(3):
        reconcile(counter.till)
        counter.work(deliver=False)
        counter.sandbox.advance(HOUR)

    mira = mira_at(counter)
    assert "events did not arrive and had to be fetched" in mira.get("/backoffice").words("main")
    for page in ("/backoffice", "/backoffice/orders", "/backoffice/settings"):
        alarm = mira.get(page).select_one(".alarm")
        assert alarm.select_one("a[href='/backoffice/events/examinations']"), page
    assert Client(counter.app).get("/backoffice/session").select_one(".alarm") is None
    letters = counter.letters("events do not reach")
    assert 1 <= len(letters) <= 2, "a night may lie in between"
    assert "noor@shop.example" in str(letters[0]["to"])
    assert "flask doctor" in letters[0]["text"]
    code, said = doctor(counter)
    assert code == 1
    assert "Events do not arrive: the last came" in said
    counter.sandbox.heal()
    paid(counter, tea)
    counter.work()
    assert mira.get("/backoffice/orders").select_one(".alarm") is None, "events arrive again"
