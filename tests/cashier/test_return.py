"""The buyer's way back from Stripe: never believed, never needed."""

import requests

from tests.client import Client


def test_b4_success_page_before_the_webhook(counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.sandbox.fault("drop", where="delivery", event="*", times=None)
    counter.pays(session_id)

    back = requests.get(
        f"{counter.url}/pay/{reference}", params={"session": session_id}, allow_redirects=False, timeout=10
    )

    assert back.headers["Location"] == f"{counter.url}/orders/{reference}"
    waiting = counter.reads(reference).lower()
    assert "waiting for" in waiting
    assert "failed" not in waiting
    counter.work(deliver=False)
    assert counter.order(reference).state == "completed"
    assert len(counter.letters()) == 1


def test_b5_success_page_reloaded_does_nothing_more(counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)

    for _ in range(3):
        requests.get(f"{counter.url}/pay/{reference}?session={session_id}", allow_redirects=False, timeout=60)
        counter.work()

    assert len(counter.letters()) == 1
    assert sum(intent["amount_received"] for intent in counter.at_stripe()) == 1740


def test_b6_success_page_never_visited(counter):
    reference = counter.buys(counter.sells())

    assert counter.order(reference).state == "completed"


def test_b7_a_forged_visit_pays_nothing(counter):
    tea = counter.sells()
    paid = counter.buys(tea)
    paid_session = counter.at_stripe("checkout/sessions")[0]["id"]
    other = counter.checks_out(tea, client=Client(counter.app))
    unpaid_session = counter.page_of(other)

    for forged in (paid_session, unpaid_session, "cs_test_made_up"):
        requests.get(f"{counter.url}/pay/{other}?session={forged}", allow_redirects=False, timeout=60)
        counter.work()

    assert counter.order(other).state == "open"
    assert counter.order(paid).state == "completed"
    assert len(counter.letters()) == 1
