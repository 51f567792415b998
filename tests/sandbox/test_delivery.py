"""Webhooks: signed, in order, retried by the clock (STRIPE.md section 11)."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.fixtures.running import free_port, until
from tests.fixtures.sandbox import SECRET, Sandbox
from tests.sandbox.conftest import client_of
from tests.sandbox.listener import Ear, Listener
from tests.sandbox.till import HELD, Till


def attempts(till: Till, ear: Ear) -> list[dict[str, Any]]:
    return [one for one in till.sandbox.deliveries() if one["endpoint"] == ear.endpoint.id]


def heard(ear: Ear, count: int = 1) -> list[stripe.Event]:
    """Wait until so many events have arrived; each is verified by the SDK."""
    until(lambda: len(ear.listener.heard) >= count, f"{count} events arrive")
    return ear.events()


def test_the_environments_endpoint_hears_everything(till: Till) -> None:
    customer = till.v1.customers.create()

    def mine() -> list[stripe.Event]:
        return [e for e in till.listener.events(SECRET) if e.data.object.to_dict().get("id") == customer.id]

    event = until(mine, "the event arrives")[0]
    assert (event.type, event.livemode, event.api_version) == ("customer.created", False, "2026-10-28.endive")
    assert event.pending_webhooks >= 1


def test_the_signature_is_of_wall_time_whatever_the_clock_says(till: Till, ear: Ear) -> None:
    till.sandbox.advance(40 * 86400)
    till.v1.customers.create()
    heard(ear)
    body, mark = ear.listener.heard[0]
    assert abs(int(mark.split(",")[0].removeprefix("t=")) - time.time()) < 30
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", mark, str(ear.endpoint.secret))


def test_the_secret_is_shown_once(till: Till, ear: Ear) -> None:
    assert str(ear.endpoint.secret).startswith("whsec_")
    assert "secret" not in till.v1.webhook_endpoints.retrieve(ear.endpoint.id)
    assert "secret" not in till.v1.webhook_endpoints.update(ear.endpoint.id, {"description": "x"})


def test_only_the_types_that_were_asked_for(till: Till, ear: Ear) -> None:
    till.v1.products.create({"name": "Tea"})
    till.v1.customers.create()
    heard(ear)
    till.sandbox.deliver()
    assert [event.type for event in ear.events()] == ["customer.created"]


def test_a_disabled_endpoint_hears_nothing(till: Till, ear: Ear) -> None:
    assert till.v1.webhook_endpoints.update(ear.endpoint.id, {"disabled": True}).status == "disabled"
    till.v1.customers.create()
    till.sandbox.deliver()
    assert ear.listener.heard == []
    till.v1.webhook_endpoints.update(ear.endpoint.id, {"disabled": False})
    till.v1.customers.create()
    assert len(heard(ear)) == 1


def test_no_more_than_sixteen_endpoints(till: Till) -> None:
    params: Any = {"url": "http://127.0.0.1:9/", "enabled_events": ["refund.created"]}
    there = len(till.v1.webhook_endpoints.list({"limit": 20}).data)
    made = [till.v1.webhook_endpoints.create(params).id for _ in range(16 - there)]
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16"):
        till.v1.webhook_endpoints.create(params)
    for endpoint in made:
        assert till.v1.webhook_endpoints.delete(endpoint).deleted is True


def test_events_arrive_in_the_order_they_were_told(till: Till, ear: Ear) -> None:
    made = [till.v1.customers.create().id for _ in range(12)]
    assert [event.data.object.id for event in heard(ear, 12)] == made


def test_a_refusal_is_tried_again_for_three_days(till: Till, ear: Ear) -> None:
    ear.listener.status = 500
    till.v1.customers.create()
    until(lambda: attempts(till, ear), "the first attempt is made")
    for wait in (10, 60, 300, 1800, 7200, 18000, 36000, *[43200] * 8):
        till.sandbox.advance(wait + 1)
    tried = attempts(till, ear)
    assert [one["attempt"] for one in tried] == list(range(1, len(tried) + 1))
    assert {one["status"] for one in tried} == {500}
    assert 2 * 86400 < tried[-1]["at"] - tried[0]["at"] <= 3 * 86400
    assert len({event.id for event in ear.events()}) == 1
    ear.listener.status = 200
    till.sandbox.advance(86400)
    assert len(attempts(till, ear)) == len(tried)


def test_a_shop_that_was_away_hears_it_later(till: Till, ear: Ear) -> None:
    ear.listener.close()
    customer = till.v1.customers.create()
    until(lambda: attempts(till, ear), "the first attempt is made")
    assert attempts(till, ear)[0]["error"] == "ConnectionError"
    ear.listener.open()
    till.sandbox.advance(11)
    assert [event.data.object.id for event in ear.events()] == [customer.id]


def test_a_redirect_is_a_failure(till: Till, ear: Ear) -> None:
    ear.listener.status = 302
    till.v1.customers.create()
    tried = until(lambda: attempts(till, ear), "the first attempt is made")
    assert tried[0]["status"] == 302
    assert till.v1.events.retrieve(tried[0]["event"]).pending_webhooks >= 1
    missed = till.v1.events.list({"delivery_success": False, "type": "customer.created", "limit": 1})
    assert missed.data[0].id == tried[0]["event"]


def test_sent_again_by_hand(till: Till, ear: Ear) -> None:
    till.v1.customers.create()
    event = heard(ear)[0]
    till.sandbox.resend(event.id)
    assert [one.id for one in ear.events()] == [event.id, event.id]
    assert ear.listener.heard[0][0] == ear.listener.heard[1][0]


def test_a_slow_shop_does_not_hold_up_the_others(till: Till, ear: Ear) -> None:
    ear.listener.pause.clear()
    customer = till.v1.customers.create()
    until(lambda: ear.listener.waiting, "the slow shop is asked")
    until(
        lambda: [e for e in till.listener.events(SECRET) if e.data.object.to_dict().get("id") == customer.id],
        "the other endpoint hears of it",
    )
    ear.listener.pause.set()
    heard(ear)


def test_the_page_waits_for_the_shops_answer(till: Till) -> None:
    session = till.session(**HELD)
    till.submit(session)
    completed = [event for event in till.listener.events(SECRET) if event.type == "checkout.session.completed"]
    assert session.id in [event.data.object.id for event in completed]


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Till]:
    """A sandbox of its own, whose shop is not there."""
    port = free_port()
    sandbox = Sandbox(tmp_path, port)
    listener = Listener(port)
    listener.close()
    yield Till(sandbox, client_of(sandbox.url), listener)
    listener.close()
    sandbox.process.kill()


def test_the_page_does_not_wait_for_a_shop_that_is_down(lonely: Till) -> None:
    lonely.v1.customers.create()
    until(lonely.sandbox.deliveries, "an attempt is made")
    begun = time.monotonic()
    assert lonely.submit(lonely.session()).status_code == 303
    assert time.monotonic() - begun < 5


def test_nothing_is_lost_by_a_kill(lonely: Till) -> None:
    session = lonely.session(**HELD)
    lonely.pay(session)
    intent = lonely.read(session).payment_intent.id
    before = lonely.types(session.id, intent)
    lonely.sandbox.process.kill()
    lonely.listener.open()
    lonely.sandbox.process.start()
    lonely.sandbox.process.wait_until_it_answers(f"{lonely.sandbox.url}/_sandbox/totals")
    assert lonely.types(session.id, intent) == before
    lonely.sandbox.advance(11)
    assert [event.type for event in lonely.listener.events(SECRET)] == before


def test_bad_endpoints_do_not_stop_the_others(till: Till) -> None:
    """One that is no address, one that speaks no HTTP and one whose answer never ends; the thread that sends lives on."""
    tongue = socket.create_server(("127.0.0.1", 0))
    tongue.settimeout(30)

    def talk() -> None:
        with suppress(OSError):
            while True:
                caller, _ = tongue.accept()
                caller.sendall(b"\x00\xffNOT HTTP AT ALL\r\n" * 50)
                caller.close()

    threading.Thread(target=talk, daemon=True).start()
    addresses = ("http://a..b/", "http://127.0.0.1:99999/", f"http://127.0.0.1:{tongue.getsockname()[1]}/")
    bad = []
    for address in addresses:
        with suppress(stripe.InvalidRequestError):
            params: Any = {"url": address, "enabled_events": ["customer.created"]}
            bad.append(till.v1.webhook_endpoints.create(params).id)
    assert bad
    listener = Listener(free_port())
    good = till.v1.webhook_endpoints.create(
        {"url": f"http://127.0.0.1:{listener.port}/", "enabled_events": ["customer.created"]}
    )
    ear = Ear(listener, good)
    try:
        made = [till.v1.customers.create().id for _ in range(3)]
        assert [event.data.object.id for event in heard(ear, 3)] == made
        tried = until(
            lambda: [one for one in till.sandbox.deliveries() if one["endpoint"] == bad[-1]], "the bad one is tried"
        )
        assert (tried[0]["status"], bool(tried[0]["error"])) == (None, True)
        till.sandbox.advance(11)
        again = [one["attempt"] for one in till.sandbox.deliveries() if one["endpoint"] == bad[-1]]
        assert max(again) >= 2
    finally:
        for endpoint in (*bad, good.id):
            till.v1.webhook_endpoints.delete(endpoint)
        listener.close()
        tongue.close()
