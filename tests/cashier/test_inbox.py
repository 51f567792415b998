"""The inbox: each event once, answered after it is kept and before it is understood, and none that blocks the others."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import create_engine, delete
from sqlalchemy import event as engine_event

from storefront.inbox.event import StripeEvent
from tests.cashier.evidence import assert_paid_once, evidence, inbox, row_of
from tests.cashier.mira import mira_at
from tests.cashier.postbag import an_event, deliver, events_of, hold_back, only
from tests.fixtures.counter import Counter

QUARTER = 15 * 60 + 1


def test_a1_the_same_event_twice(counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    counter.work()
    before = assert_paid_once(counter, reference)
    events = events_of(counter, session_id)

    answers = [answer for event in events for answer in counter.sandbox.resend(event["id"])]
    counter.work()

    assert {answer["status"] for answer in answers} == {200}
    ids = [row.event_id for row in inbox(counter)]
    assert all(ids.count(event["id"]) == 1 for event in events)
    assert evidence(counter, reference) == before


def test_a30_sent_again_after_the_inbox_was_pruned(counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    counter.work()
    before = assert_paid_once(counter, reference)
    with counter.sessions.begin() as session:
        session.execute(delete(StripeEvent))

    for event in events_of(counter, session_id):
        [answer] = counter.sandbox.resend(event["id"])
        assert answer["status"] == 200
    counter.work()

    again = [row_of(counter, event) for event in events_of(counter, session_id)]
    assert {row.state for row in again} == {"applied"}
    assert evidence(counter, reference) == before


def test_a25_poison_events_are_parked_and_the_others_flow(counter):
    store = counter.till.settings.store_id
    poison = [
        an_event(metadata=["no", "metadata"]),
        an_event(object=["payment_intent"]),
        an_event(metadata={"store": store, "payment": {"a": 1}}),
    ]
    hold_back(counter)
    assert [deliver(counter, event) for event in poison] == [200] * 3
    counter.work(deliver=False)
    assert [(row_of(counter, event).state, row_of(counter, event).attempts) for event in poison] == [
        ("received", 1)
    ] * 3
    counter.sandbox.heal()

    assert_paid_once(counter, counter.buys(counter.sells()))
    for _ in range(8):
        counter.sandbox.advance(QUARTER)
        counter.work(deliver=False)

    rows = [row_of(counter, event) for event in poison]
    assert [(row.state, row.attempts, row.next_try) for row in rows] == [("failed", 8, None)] * 3
    mira = mira_at(counter)
    assert "3 Stripe events that could not be applied" in mira.get("/backoffice").words("main")
    mira.submit(mira.get(f"/backoffice/events/{poison[0]['id']}"), "Apply it again")
    assert (row_of(counter, poison[0]).state, row_of(counter, poison[0]).attempts) == ("received", 0)


@contextmanager
def failing_database(counter: Counter) -> Iterator[None]:
    """The shop's database takes nothing: SQLite is locked by a stranger for good, PostgreSQL lets nobody in."""
    url = counter.database.url
    if url.startswith("sqlite"):
        yield from _locked(counter)
        return
    server, _, name = url.replace("+psycopg", "").rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


def _locked(counter: Counter) -> Iterator[None]:
    with counter.app.app_context():
        engine = counter.app.extensions["sqlalchemy"].engine

    def hurry(connection, *_):
        connection.execute("PRAGMA busy_timeout=100")

    engine_event.listen(engine, "checkout", hurry)
    stranger = create_engine(counter.database.url).connect()
    stranger.exec_driver_sql("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        stranger.rollback()
        stranger.engine.dispose()
        stranger.close()
        engine_event.remove(engine, "checkout", hurry)


def test_a26_the_database_is_down_when_stripe_calls(counter, caplog):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    with failing_database(counter):
        counter.pays(session_id)
        counter.sandbox.deliver()
        event = only(events_of(counter, session_id), "checkout.session.completed")
        tried = [one["status"] for one in counter.sandbox.deliveries() if one["event"] == event["id"]]
        assert tried, "Stripe has tried"
        assert all(status >= 500 for status in tried)
    assert session_id not in caplog.text, "what could not be kept is not in the log either"

    assert row_of(counter, event) is None
    assert evidence(counter, reference).state == "open"
    counter.sandbox.advance(3600)
    counter.work()

    assert row_of(counter, event).state == "applied"
    assert_paid_once(counter, reference)


def test_a28_stripe_is_not_asked_while_it_waits_for_us(counter):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    events = events_of(counter, session_id)
    asked = len(counter.sandbox.requests())
    counter.sandbox.fault("timeout_before", where="request", path="* /v1/*", seconds=30, times=None)

    began = time.monotonic()
    statuses = {deliver(counter, event) for event in events}
    took = time.monotonic() - began

    assert statuses == {200}
    assert took < 30, "all of them within the time of one slow answer"
    assert len(counter.sandbox.requests()) == asked
    assert {row.state for row in inbox(counter)} == {"received"}
    counter.sandbox.heal()
    counter.work(deliver=False)
    assert_paid_once(counter, reference)
