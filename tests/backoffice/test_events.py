import json

import pytest

from storefront.clock import now
from storefront.inbox.event import EventState, StripeEvent
from storefront.inbox.receiving import receive
from storefront.inbox.refusal import count_refusal
from tests.backoffice.conftest import ORIGIN


@pytest.fixture
def event(database):
    """`event("evt_1")`: received from Stripe."""

    def arrive(event_id, kind="charge.succeeded", about="ch_1", state=EventState.RECEIVED, verdict=""):
        body = {"id": event_id, "object": "event", "type": kind, "livemode": False, "data": {"object": {"id": about}}}
        with database.session() as session:
            receive(session.connection(), body, json.dumps(body))
            row = session.query(StripeEvent).filter_by(event_id=event_id).one()
            if state != EventState.RECEIVED:
                row.close(state, verdict)
            session.commit()

    return arrive


def names(page):
    return [cell.select_one("a").get_text(strip=True) for cell in page.select("tbody th")]


def test_every_event_with_its_verdict(mira, event):
    event("evt_1", state=EventState.APPLIED, verdict="The order is paid and the receipt queued.")
    event(
        "evt_2",
        kind="customer.created",
        state=EventState.IGNORED,
        verdict="The shop does not act on this kind of event.",
    )
    page = mira.get("/backoffice/events")
    assert names(page) == ["customer.created", "charge.succeeded"]
    assert "The order is paid and the receipt queued." in page.words("main")


def test_filtered_by_state_type_and_id(mira, event):
    event("evt_1", about="ch_1A", state=EventState.APPLIED, verdict="Paid.")
    event("evt_2", kind="customer.created", about="cus_9", state=EventState.FAILED, verdict="No.")
    assert names(mira.get("/backoffice/events?state=failed")) == ["customer.created"]
    assert names(mira.get("/backoffice/events?q=charge.")) == ["charge.succeeded"]
    assert names(mira.get("/backoffice/events?q=evt_2")) == ["customer.created"]
    assert names(mira.get("/backoffice/events?q=ch_1A")) == ["charge.succeeded"]
    assert names(mira.get("/backoffice/events?q=%25")) == []
    assert len(names(mira.get("/backoffice/events?state=nonsense"))) == 2


def test_one_event_with_what_stripe_sent(mira, event):
    event("evt_1")
    page = mira.get("/backoffice/events/evt_1")
    assert '"type": "charge.succeeded"' in page.select_one("pre").get_text()
    raw = mira.raw.get("/backoffice/events/evt_1/raw", base_url=ORIGIN)
    assert raw.mimetype == "application/json"
    assert raw.get_json()["id"] == "evt_1"
    assert "default-src 'none'" in raw.headers["Content-Security-Policy"]


def test_applied_again_it_waits_as_if_new(mira, event, database):
    event("evt_1", state=EventState.FAILED, verdict="")
    assert "could not be applied" in mira.get("/backoffice").words("main")
    mira.submit(mira.get("/backoffice/events/evt_1"), "Apply it again")
    with database.session() as session:
        row = session.query(StripeEvent).one()
        assert (row.state, row.attempts) == (EventState.RECEIVED, 0)
        assert row.next_try <= now()


def test_refused_deliveries_are_explained(mira, database):
    with database.engine.begin() as connection:
        for _ in range(3):
            count_refusal(connection, "signature")
    words = mira.get("/backoffice/events").words("main")
    assert "3 deliveries signed with another secret" in words
    assert "deliveries refused" in mira.get("/backoffice").words("main")


def test_a_long_list_is_read_page_by_page(mira, event):
    for number in range(60):
        event(f"evt_{number}")
    page = mira.get("/backoffice/events")
    assert len(names(page)) == 50
    assert len(names(mira.get(page.select_one("a[rel=next]")["href"]))) == 10
