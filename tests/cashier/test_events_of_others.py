"""Events that are not for this shop, of a kind it does not know, or written in another version of Stripe's API."""

import pytest
import requests
from sqlalchemy import select

from storefront.payments.payment import Payment
from tests.cashier.evidence import assert_paid_once, evidence, row_of
from tests.cashier.mira import mira_at
from tests.cashier.postbag import an_event, deliver, events_at, events_of, hold_back, only

OLD_VERSION = "2019-05-16"


def sold_by_another_app(counter, **metadata):
    """A session that somebody else made on the same account, and paid; its id."""
    form = {
        "mode": "payment",
        "success_url": "https://other.example/thanks",
        "line_items[0][quantity]": 1,
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": 1740,
        "line_items[0][price_data][product_data][name]": "Somebody else's tea",
        **{f"metadata[{name}]": value for name, value in metadata.items()},
        **{f"payment_intent_data[metadata][{name}]": value for name, value in metadata.items()},
    }
    key = counter.till.settings.stripe_secret_key
    answer = requests.post(f"{counter.sandbox.url}/v1/checkout/sessions", data=form, auth=(key, ""), timeout=60)
    answer.raise_for_status()
    counter.pays(answer.json()["id"])
    return answer.json()["id"]


@pytest.mark.parametrize("other", ["payment link", "other store"])
def test_a11_f6_a_payment_that_this_shop_did_not_ask_for(counter, other):
    reference = counter.checks_out(counter.sells())
    counter.page_of(reference)
    number = counter.order(reference).number
    before = evidence(counter, reference)
    with counter.sessions() as session:
        ours = session.scalars(select(Payment.reference)).one()
    marks = {"store": "another-shop", "order": number, "payment": ours} if other == "other store" else {}

    session_id = sold_by_another_app(counter, **marks)
    counter.work()

    theirs = events_at(counter.sandbox.url, session_id, counter.till.settings.stripe_secret_key)
    rows = [row_of(counter, event) for event in theirs]
    assert len(rows) >= 3
    assert {(row.state, row.payment_id) for row in rows} == {("ignored", None)}
    assert {one["status"] for one in counter.sandbox.deliveries() if one["event"] in [e["id"] for e in theirs]} == {200}
    assert evidence(counter, reference) == before
    listed = mira_at(counter).get(f"/backoffice/events?state=ignored&q={session_id}").words("main")
    assert "this shop did not ask for" in listed


def test_a12_a_kind_of_event_that_nobody_knows(counter):
    unheard_of = an_event("treasury.kettle.boiled", object="treasury.kettle", id="kettle_1")
    without_id = an_event("balance.available", object="balance")
    del without_id["data"]["object"]["id"]

    assert [deliver(counter, unheard_of), deliver(counter, without_id)] == [200, 200]
    counter.work(deliver=False)

    for event in (unheard_of, without_id):
        row = row_of(counter, event)
        assert (row.state, row.attempts, row.next_try) == ("ignored", 0, None)
        assert row.verdict == "The shop does not act on this kind of event."


def test_a23_an_event_of_another_version_of_the_api(counter):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    event = only(events_of(counter, session_id), "payment_intent.amount_capturable_updated")
    intent = event["data"]["object"]
    as_of_old = {
        "id": intent["id"],
        "object": "payment_intent",
        "amount": "much",
        "status": "requires_a_capture_of_some_kind",
        "allowed_source_types": ["card"],
        "charges": {"object": "list", "data": [{"id": intent["latest_charge"], "amount": 1}]},
    }

    assert deliver(counter, {**event, "api_version": OLD_VERSION, "data": {"object": as_of_old}}) == 200
    counter.work(deliver=False)

    assert (row_of(counter, event).api_version, row_of(counter, event).state) == (OLD_VERSION, "applied")
    assert_paid_once(counter, reference)
    shown = mira_at(counter).get(f"/backoffice/events/{event['id']}").words("main")
    assert OLD_VERSION in shown


def test_a23_an_event_that_names_no_version(counter):
    event = an_event("payment_intent.created", metadata=None)
    del event["api_version"], event["created"], event["pending_webhooks"], event["request"]

    assert deliver(counter, event) == 200
    counter.work(deliver=False)

    assert (row_of(counter, event).api_version, row_of(counter, event).state) == ("", "ignored")
