"""Nothing secret and no card number in any log, at any level, nor in the database; F1 and F2 are in tests/postman/test_sending.py."""

import io
import json
import logging

import pytest
import requests

from storefront.db import Base
from storefront.settings import Settings, SettingsError
from tests.cashier.evidence import assert_paid_once
from tests.cashier.mira import mira_at
from tests.cashier.postbag import an_event, deliver, events_of, hold_back, post, signature
from tests.cast import ADA, HOME
from tests.fixtures.environment import shop_environment

CARD = "4242424242424242"
SPELLINGS = (CARD, "4242 4242 4242 4242", "4242-4242-4242-4242", "4242%204242%204242%204242")
TALKERS = ("storefront", "stripe", "urllib3", "sqlalchemy", "werkzeug")


@pytest.fixture
def said():
    """All that is logged with everything at DEBUG before the shop starts, as its own filters leave it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in TALKERS)]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield out.getvalue
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_f5_a_purchase_at_debug_level_tells_nothing(said, open_counter):
    counter = open_counter()
    for name in ("storefront", "stripe", "urllib3"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id, "4000000000000002")
    counter.work()
    counter.sandbox.fault("500_before", where="request", path="POST /v1/payment_intents/*/capture")
    counter.pays(session_id)
    counter.work()
    event = next(one for one in events_of(counter, session_id) if one["type"] == "payment_intent.payment_failed")
    assert deliver(counter, event, secret="whsec_of_somebody_else") == 400
    assert post(counter.url, json.dumps([event]), signature(json.dumps([event]))).status_code == 400
    counter.sandbox.advance(60)
    counter.work()
    assert_paid_once(counter, reference)

    lines, key = said(), counter.till.settings.stripe_secret_key
    secrets = [
        part
        for one in counter.at_stripe()
        for part in (one["client_secret"], one["client_secret"].split("_secret_")[1])
    ]
    assert "webhook delivery refused" in lines, "the test does hear what is logged"
    assert f"/v1/checkout/sessions/{session_id}" in lines, "and at DEBUG"
    for secret in (*secrets, key, "whsec_of", reference):
        assert secret not in lines
    assert f"{counter.sandbox.url}/c/" not in lines, "the hosted page"
    for words in (ADA, HOME["line1"], '"object": "event"', '"object": "checkout.session"', "requires_payment_method"):
        assert words not in lines, "a body"


def test_f5_an_event_that_the_database_refuses(said, counter):
    hold_back(counter)
    event = an_event("tell.tale.of.the.body")
    with counter.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE stripe_events RENAME TO stripe_events_elsewhere")

    assert deliver(counter, event) >= 500

    assert "INSERT INTO stripe_events" in said()
    assert "tell.tale.of.the.body" not in said()


def test_f5_the_sdk_cannot_be_told_to_print_bodies():
    with pytest.raises(SettingsError, match="STRIPE_LOG"):
        Settings.from_env(shop_environment(STRIPE_LOG="debug"))


def everything_kept(counter):
    """The text of every row of every table."""
    with counter.sessions() as session:
        return "\n".join(
            repr(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(table.select())
        )


def test_f4_a_card_number_typed_as_a_name_at_stripe(said, counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id, shipping_name=SPELLINGS[1], line1=f"House {CARD}", city=SPELLINGS[2])
    counter.work()

    [session] = counter.at_stripe("checkout/sessions")
    assert CARD in str(session), "Stripe does pass on what the buyer typed"
    assert_paid_once(counter, reference)
    number = counter.order(reference).number
    [letter] = counter.letters()
    merchant = mira_at(counter).get(f"/backoffice/orders/{number}").text
    for place in (everything_kept(counter), said(), letter["raw"], counter.reads(reference), merchant):
        assert not [spelling for spelling in SPELLINGS if spelling in place]
    assert "**** 4242" in merchant


def test_f4_a_card_number_anywhere_in_an_event(said, counter):
    hold_back(counter)
    event = an_event(description=f"card:\n{CARD}", number=int(CARD), metadata={SPELLINGS[1]: "x", "y": [SPELLINGS[2]]})
    thin = "107541219911711"
    event["data"]["object"]["network_transaction_id"] = thin

    assert deliver(counter, event) == 200
    counter.work(deliver=False)

    kept = everything_kept(counter)
    assert event["id"] in kept
    assert thin in kept, "Stripe's own numbers stay"
    assert not [spelling for spelling in SPELLINGS if spelling in kept + said()]
    shown = mira_at(counter).get(f"/backoffice/events/{event['id']}/raw").text
    assert json.loads(shown)["data"]["object"]["number"] == "**** 4242", "it is still JSON"


def test_f4_a_card_number_in_an_address_or_a_traceback(open_shop, sqlite):
    shop = open_shop(sqlite, webs=0, workers=0)
    shop.start_web(GUNICORN_CMD_ARGS="--access-logfile -")
    with sqlite.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE orders RENAME TO orders_elsewhere")

    statuses = [
        requests.get(
            f"{shop.url}{path}", headers={"Referer": f"{shop.url}/{CARD}", "User-Agent": CARD}, timeout=10
        ).status_code
        for path in (f"/search?q={CARD}", f"/products/{SPELLINGS[2]}", f"/{SPELLINGS[3]}", f"/orders/{CARD}")
    ]
    requests.post(f"{shop.url}/cart/lines", {"variant": CARD}, headers={"Sec-Fetch-Site": "same-origin"}, timeout=60)

    assert statuses[:3] == [400, 404, 404]
    assert statuses[3] >= 500
    lines = shop.webs[0].log.read_text()
    assert lines.count("GET /") >= 4, lines
    assert "Traceback" in lines
    assert not [spelling for spelling in SPELLINGS if spelling in lines], lines
