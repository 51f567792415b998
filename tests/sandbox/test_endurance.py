"""Many threads, kills and bad starts: state is whole or it is not there (DESIGN section 7)."""

import os
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from tests.fixtures.calls import HEARD
from tests.fixtures.environment import ROOT
from tests.fixtures.running import Running, free_port, until
from tests.fixtures.sandbox import Sandbox
from tests.sandbox.conftest import client_of
from tests.sandbox.listener import Listener
from tests.sandbox.till import HELD, NO_REDIRECT, Till

SALE: Any = {
    "amount": 2000,
    "currency": "eur",
    "payment_method": "pm_card_visa",
    "confirm": True,
    "automatic_payment_methods": NO_REDIRECT,
}


@pytest.fixture
def alone(tmp_path: Path, listener: Listener) -> Iterator[Till]:
    """A sandbox that may be killed."""
    sandbox = Sandbox(tmp_path, free_port())
    yield Till(sandbox, client_of(sandbox.url), listener)
    sandbox.process.kill()


def together(work: Any, threads: int) -> None:
    """Run `work` in so many threads at once and raise what any of them raised."""
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except (AssertionError, OSError, stripe.StripeError) as error:
            wrong.append(error)

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if wrong:
        raise wrong[0]


def test_sixteen_buyers_press_pay_on_one_session(till: Till) -> None:
    session = till.session(**HELD)
    together(lambda: till.submit(session), 16)
    paid = till.read(session)
    assert paid.payment_intent.amount_capturable == 2500
    assert len(till.v1.charges.list({"payment_intent": paid.payment_intent.id}).data) == 1


def test_sixteen_captures_of_one_hold(till: Till) -> None:
    held = till.intent(capture_method="manual")
    refusals: list[str] = []

    def capture() -> None:
        try:
            till.v1.payment_intents.capture(held.id)
        except stripe.InvalidRequestError as error:
            refusals.append(str(error.code))

    together(capture, 16)
    assert refusals == ["payment_intent_unexpected_state"] * 15
    assert till.v1.payment_intents.retrieve(held.id).amount_received == 2000


def test_sixteen_refunds_never_give_back_more_than_was_paid(till: Till) -> None:
    intent = till.intent()
    made: list[int] = []

    def refund() -> None:
        with suppress(stripe.InvalidRequestError):
            made.append(till.v1.refunds.create({"payment_intent": intent.id, "amount": 300}).amount)

    together(refund, 16)
    assert sum(made) == 1800
    assert till.v1.charges.retrieve(intent.latest_charge).amount_refunded == 1800


CALLS, KILLED_AFTER, HANDS = 1000, 400, 8


def test_killed_in_the_middle_of_a_thousand_calls(alone: Till) -> None:
    """Every call that was answered is there, nothing is there by half, and every event arrives, each for one payment.

    The shop is away until after the kill, and its tills go on with the keys that they had.
    """
    for other in alone.v1.webhook_endpoints.list().data:
        alone.v1.webhook_endpoints.update(other.id, {"disabled": True})
    ear = alone.v1.webhook_endpoints.create(
        {"url": f"http://127.0.0.1:{free_port()}/hooks", "enabled_events": ["payment_intent.succeeded"]}
    )
    keys = iter([f"sale {number}" for number in range(CALLS)])
    answered: dict[str, str] = {}
    killing, left = threading.Lock(), threading.Event()

    def sell(key: str) -> None:
        answered[key] = alone.v1.payment_intents.create(SALE, {"idempotency_key": key}).id

    def buy() -> None:
        for key in iter(lambda: next(keys, None), None):
            with suppress(stripe.APIConnectionError):
                sell(key)
            if len(answered) >= KILLED_AFTER and killing.acquire(blocking=False):
                alone.sandbox.process.kill()
                left.set()
            if left.is_set():
                return

    together(buy, HANDS)
    assert left.is_set()
    assert KILLED_AFTER <= len(answered) < CALLS
    acknowledged = dict(answered)
    alone.sandbox.process.start()
    alone.sandbox.process.wait_until_it_answers(f"{alone.sandbox.url}/_sandbox/totals")
    whole(alone, set(acknowledged.values()))
    again = iter([f"sale {number}" for number in range(KILLED_AFTER + 2 * HANDS)])
    together(lambda: [sell(key) for key in iter(lambda: next(again, None), None)], HANDS)
    assert acknowledged.items() <= answered.items()
    intents = whole(alone, set(answered.values()))
    assert len(intents) == len(answered)
    shop = Listener(int(str(ear.url).rsplit(":", 1)[1].partition("/")[0]))
    try:
        until(lambda: alone.sandbox.deliver() and len(shop.heard) >= len(intents), "every event arrives", 120)
        assert {event.data.object.id for event in shop.events(str(ear.secret))} == intents
    finally:
        shop.close()


def whole(till: Till, answered: set[str]) -> set[str]:
    """The intents that are there: all that were answered, each with its charge, its money and its event."""
    intents = {one.id for one in till.v1.payment_intents.list({"limit": 100}).auto_paging_iter()}
    assert answered <= intents
    totals = till.sandbox.totals()
    assert totals["payment_intents"] == totals["charges"] == len(intents)
    assert totals["succeeded"] == totals["captured"] == {"eur": 2000 * len(intents)}
    events = till.v1.events.list({"type": "payment_intent.succeeded", "limit": 100}).auto_paging_iter()
    assert sorted(event.data.object.id for event in events) == sorted(intents)
    return intents


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "SANDBOX_PORT": str(free_port()),
        "SMTP_PORT": str(free_port()),
        "STORE_DIR": str(tmp_path),
        **environment,
    }
    command = [sys.executable, "-m", "sandbox"]
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60, check=False)


def remembered(till: Till) -> dict[str, Any]:
    """Everything that a restart must not forget, as its own doors tell it."""
    base = f"{till.sandbox.url}/_sandbox"
    chosen = {name: requests.get(f"{base}/{name}", timeout=60).json() for name in ("variants", "faults", "mailserver")}
    return chosen | {
        "limit": requests.get(f"{base}/rate_limit", timeout=60).json(),
        "mails": [mail["subject"] for mail in till.sandbox.mails()],
        "customers": [one.id for one in till.v1.customers.list().data],
        "sessions": [one.id for one in till.v1.checkout.sessions.list().data],
        "deliveries": till.sandbox.totals()["deliveries"],
        "endpoints": [one.id for one in till.v1.webhook_endpoints.list().data],
        "account": till.v1.accounts.retrieve_current().id,
    }


def test_a_restart_forgets_nothing_and_a_reset_everything(
    alone: Till, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    base = f"{alone.sandbox.url}/_sandbox"
    requests.post(f"{base}/variants", json={"expired_hold": "expired"}, timeout=60).raise_for_status()
    alone.sandbox.fault("fail", where="delivery", event="*", times=None)
    alone.v1.customers.create({"email": "ada@buyer.example"})
    session = alone.session()
    with smtplib.SMTP("127.0.0.1", alone.sandbox.smtp_port, timeout=30) as server:
        server.sendmail("shop@example.com", ["ada@buyer.example"], b"Subject: Kept\r\n\r\nHello")
    alone.sandbox.mailserver("451")
    requests.post(f"{base}/rate_limit", json={"test": 500}, timeout=60).raise_for_status()
    until(alone.sandbox.deliveries, "the delivery is tried")
    before, calls = remembered(alone), len(alone.sandbox.requests())
    assert before["deliveries"]["pending"] == 1

    alone.sandbox.process.stop()
    alone.sandbox.process.start()
    alone.sandbox.process.wait_until_it_answers(f"{base}/totals")
    after = remembered(alone)
    for one in (before, after):
        one["faults"] = [rule | {"hits": 0} for rule in one["faults"]]
    assert after == before
    assert len(alone.sandbox.requests()) >= calls
    assert alone.submit(session).status_code == 303

    alone.sandbox.process.stop()
    HEARD.hear(request.node.nodeid)
    anew = Running("anew", [sys.executable, "-m", "sandbox", "--reset"], alone.sandbox.process.environment, tmp_path)
    try:
        anew.wait_until_it_answers(f"{base}/totals")
        forgotten = remembered(alone)
    finally:
        anew.stop()
    assert (forgotten["customers"], forgotten["sessions"], forgotten["mails"], forgotten["faults"]) == ([], [], [], [])
    assert forgotten["variants"]["chosen"]["expired_hold"] == "automatic"
    assert (forgotten["mailserver"]["mode"], forgotten["limit"], forgotten["account"] != before["account"]) == (
        "ok",
        {},
        True,
    )
    assert len(forgotten["endpoints"]) == 1


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SANDBOX_PORT": "lots"}, "SANDBOX_PORT is 'lots'. Write a port number"),
        ({"SANDBOX_WEBHOOK_URL": "http://127.0.0.1:1/"}, "SANDBOX_WEBHOOK_URL and SANDBOX_WEBHOOK_SECRET together"),
        ({"SANDBOX_URL": "here"}, "SANDBOX_URL is 'here'"),
        ({"SANDBOX_VARIANTS": "session_event=sideways"}, "session_event can be last or first"),
    ],
)
def test_a_setting_that_makes_no_sense_is_a_sentence(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    said = start(tmp_path, **environment)
    assert said.returncode == 2
    assert words in said.stderr
    assert "Traceback" not in said.stderr


def test_a_taken_port_is_a_sentence(till: Till, tmp_path: Path) -> None:
    said = start(tmp_path, SANDBOX_PORT=str(till.sandbox.port))
    assert (said.returncode, "is taken by another program" in said.stderr) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    said = start(tmp_path)
    assert (said.returncode, "cannot be written" in said.stderr) == (2, True)
