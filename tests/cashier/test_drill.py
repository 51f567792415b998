"""The drill: Mira presses a button, and what stands between Stripe and her shop is named."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from storefront.cashier.examining import examine_one
from storefront.inbox.event import StripeEvent
from storefront.reports.silence import silence
from tests.cashier.evidence import inbox
from tests.cashier.mira import mira_at
from tests.fixtures.running import free_port

HERE = "/backoffice/events/examinations"


class Meddler(BaseHTTPRequestHandler):
    """A proxy before the shop that does not leave things as they are."""

    mode = "honest"
    shop = ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: self.headers[name] for name in ("Content-Type", "Stripe-Signature") if name in self.headers}
        if self.mode == "written anew":
            body = json.dumps(json.loads(body)).encode()
        if self.mode == "header lost":
            headers.pop("Stripe-Signature")
        status = {"password": 401, "firewall": 403, "moved": 301, "down": 502, "page": 200, "nothing": 404}.get(
            self.mode
        )
        if status is None:
            answer = requests.post(f"{self.shop}{self.path}", data=body, headers=headers, timeout=20)
            self._answer(answer.status_code, answer.content)
        else:
            self._answer(status, b"<h1>Not the shop</h1>")

    def _answer(self, status, body):
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "https://www.shop.example/webhooks/stripe")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The tests tell what went wrong."""


@pytest.fixture
def meddled(open_counter):
    """`meddled(mode)`: what Mira reads after the drill, with a proxy of this kind before her shop."""
    port = free_port()
    counter = open_counter(SITE_URL=f"http://127.0.0.1:{port}")
    handler = type("Handler", (Meddler,), {"shop": f"http://127.0.0.1:{counter.sandbox.webhook_port}"})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mira = mira_at(counter)

    def drill(mode):
        handler.mode = mode
        mira.submit(mira.get(HERE), "Run the drill")
        assert "A drill was asked for by Mira" in mira.get(HERE).words("main")
        assert examine_one(counter.till)
        return counter, mira.get(HERE).words("main")

    yield drill
    server.shutdown()
    server.server_close()


def test_a21_what_stands_in_the_way_is_named(meddled):
    for mode, words in {
        "honest": "arrived, unchanged",
        "written anew": "a proxy changes the body or the Stripe-Signature header",
        "header lost": "Stripe-Signature header",
        "password": "is blocked: it answers 401",
        "firewall": "is blocked: it answers 403",
        "moved": "redirects to https://www.shop.example/webhooks/stripe: Stripe follows no redirect",
        "down": "answers 502: the shop or its database is down",
        "page": "but the event is not in the inbox: something else answers in the shop's place",
        "nothing": "answers 404: another program answers there",
    }.items():
        counter, said = meddled(mode)
        assert words in said, (mode, said)
        assert ("Wrong:" in said.split(words)[0][-400:]) is (mode != "honest") or mode == "honest"
    rows = [row for row in inbox(counter) if row.source == "drill"]
    assert [(row.state, row.verdict[:7]) for row in rows] == [("ignored", "A drill")]


def test_a_shop_that_cannot_be_reached_is_named(open_counter):
    counter = open_counter(SITE_URL=f"http://127.0.0.1:{free_port()}")

    result = counter.app.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "The shop cannot be reached" in result.output
    assert "nothing listens there" in result.output


def test_a13_another_secret_at_the_web_process_is_named(open_counter):
    """The worker knows the right one; the web process that answers at the address was given another."""
    cashier = open_counter()
    open_counter(STRIPE_WEBHOOK_SECRET="whsec_mistyped")

    result = cashier.app.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "another STRIPE_WEBHOOK_SECRET than the worker" in result.output


def test_a_drill_is_no_word_of_stripes(counter):
    """It moves nothing, and does not make the shop believe that Stripe's events arrive."""
    counter.buys(counter.sells())
    before = counter.at_stripe()
    with counter.sessions.begin() as session:
        session.query(StripeEvent).delete()

    assert "arrived, unchanged" in counter.app.test_cli_runner().invoke(args=["doctor"]).output
    counter.work(deliver=False)

    assert {row.source for row in inbox(counter)} == {"drill"}
    assert counter.at_stripe() == before
    with counter.sessions() as session:
        assert silence(session) is None
        assert session.query(StripeEvent).filter_by(source="pushed").count() == 0
