"""The JSON for tests, the mail catcher and the pages for people."""

import json
import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import requests

from tests.fixtures.sandbox import Sandbox
from tests.sandbox.conftest import client_of
from tests.sandbox.listener import Listener
from tests.sandbox.till import HELD, Till


def letter(subject: str, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "shop@example.com", "ada@buyer.example"
    message["Subject"], message["Message-ID"] = subject, f"<{subject.replace(' ', '-')}@shop.example>"
    message.set_content("Hello Ada, see http://shop.example/orders/abc for it.")
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(till: Till, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", till.sandbox.smtp_port, timeout=60) as server:
        server.send_message(message)


@pytest.fixture
def postbox(till: Till) -> Iterator[Till]:
    requests.delete(f"{till.sandbox.url}/_sandbox/mails", timeout=60)
    yield till
    till.sandbox.mailserver("ok")


def get(till: Till, path: str) -> requests.Response:
    return requests.get(till.sandbox.url + path, timeout=60)


def test_totals_agree_with_what_was_done(till: Till) -> None:
    before = till.sandbox.totals()
    paid, held, given_back = till.session(), till.session(**HELD), till.session()
    for session in (paid, held, given_back):
        till.pay(session)
    till.v1.refunds.create({"payment_intent": till.read(given_back).payment_intent.id, "amount": 700})
    till.v1.checkout.sessions.expire(till.session().id)
    till.session()
    after = till.sandbox.totals()

    def more(name: str, key: str = "eur") -> int:
        return int(after[name].get(key, 0) - before[name].get(key, 0))

    assert (more("succeeded"), more("captured"), more("authorized"), more("refunded")) == (5000, 5000, 2500, 700)
    assert [more("sessions", state) for state in ("open", "complete", "expired")] == [1, 3, 1]
    assert after["payment_intents"] - before["payment_intents"] == 3
    assert after["charges"] - before["charges"] == 3
    assert after["events"] > before["events"]


def test_the_request_log_has_each_call_as_it_was_sent(till: Till) -> None:
    before = len(till.sandbox.requests())
    customer = till.v1.customers.create({"name": "Ada & Bo"})
    till.v1.customers.retrieve(customer.id, {"expand": ["default_source"]})
    create, retrieve = till.sandbox.requests(since=before)
    assert (create["method"], create["path"], create["status"]) == ("POST", "/v1/customers", 200)
    assert create["body"] == "name=Ada+%26+Bo"
    assert create["response"]["id"] == customer.id
    assert retrieve["path"] == f"/v1/customers/{customer.id}?expand%5B0%5D=default_source"
    assert retrieve["body"] == ""


def test_the_clock_moves_the_file_that_the_shop_reads(till: Till) -> None:
    before = till.now()
    moved = till.sandbox.advance(90)
    assert 90 <= moved["now"] - before <= 95
    assert float(till.sandbox.clock_file.read_text()) == pytest.approx(moved["offset"])
    to = moved["now"] + 1000
    answer = requests.post(f"{till.sandbox.url}/_sandbox/clock", json={"to": to}, timeout=60).json()
    assert abs(answer["now"] - to) <= 1
    for nonsense in ({}, {"advance": "soon"}):
        assert requests.post(f"{till.sandbox.url}/_sandbox/clock", json=nonsense, timeout=60).status_code == 400


def test_a_clock_file_moved_by_another_program_is_seen(till: Till) -> None:
    session = till.session(expires_at=till.now() + 1900)
    offset = float(till.sandbox.clock_file.read_text() or 0) if till.sandbox.clock_file.exists() else 0.0
    till.sandbox.clock_file.write_text(f"{offset + 2000}\n")
    till.sandbox.deliver()
    assert till.read(session).status == "expired"


def test_letters_are_kept_and_read(postbox: Till) -> None:
    send(postbox, letter("Your receipt", "<h1>Hello Ada</h1><script>alert(1)</script>"))
    mail = postbox.sandbox.mails()[0]
    assert (mail["to"], mail["from"], mail["subject"]) == (["ada@buyer.example"], "shop@example.com", "Your receipt")
    assert mail["message_id"] == "<Your-receipt@shop.example>"
    assert "see http://shop.example/orders/abc" in mail["text"]
    assert mail["html"].startswith("<h1>Hello Ada</h1>")
    assert "Message-ID: <Your-receipt@shop.example>" in mail["raw"]
    page = get(postbox, f"/mailbox/{mail['id']}")
    assert 'sandbox title="The letter as HTML"' in page.text
    assert '<a href="http://shop.example/orders/abc">' in page.text
    assert "<script>" not in page.text
    shown = get(postbox, f"/mailbox/{mail['id']}/html")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    requests.delete(f"{postbox.sandbox.url}/_sandbox/mails", timeout=60)
    assert postbox.sandbox.mails() == []


def test_a_mail_server_that_asks_for_patience(postbox: Till) -> None:
    postbox.sandbox.mailserver("451")
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(postbox, letter("later"))
    assert caught.value.smtp_code == 451
    assert postbox.sandbox.mails() == []


def test_a_mail_server_that_knows_nobody(postbox: Till) -> None:
    postbox.sandbox.mailserver("550")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(postbox, letter("never"))
    assert postbox.sandbox.mails() == []


def test_a_mail_server_that_is_down_and_comes_back(postbox: Till) -> None:
    postbox.sandbox.mailserver("down")
    with pytest.raises(ConnectionRefusedError):
        send(postbox, letter("now"))
    postbox.sandbox.mailserver("ok")
    send(postbox, letter("again"))
    assert [mail["subject"] for mail in postbox.sandbox.mails()] == ["again"]


def test_a_mail_server_that_hangs_up_after_taking_the_letter(postbox: Till) -> None:
    postbox.sandbox.mailserver("cut_after_data")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(postbox, letter("taken"))
    assert [mail["subject"] for mail in postbox.sandbox.mails()] == ["taken"]


def test_a_letter_that_is_no_proper_mail(postbox: Till) -> None:
    with smtplib.SMTP("127.0.0.1", postbox.sandbox.smtp_port, timeout=60) as server:
        server.sendmail("a@example.com", ["b@example.com"], b"Content-Type: text/plain; charset=none\r\n\r\n\xff\xfe")
    assert postbox.sandbox.mails()[0]["subject"] == ""
    assert get(postbox, "/mailbox").status_code == 200


def test_the_pages_for_people(till: Till) -> None:
    session = till.session()
    till.v1.checkout.sessions.create({"mode": "setup", "success_url": "http://shop.example/", "currency": "eur"})
    till.v1.checkout.sessions.create({"mode": "setup", "success_url": "http://shop.example/", "currency": "usd"})
    till.pay(session)
    intent = till.read(session).payment_intent.id
    till.sandbox.deliver()
    assert "€25.00" in get(till, "/").text
    assert "checkout.session.completed" in get(till, "/events").text
    assert "Switch one on" in get(till, "/faults").text
    shown = get(till, f"/objects/{intent}")
    assert intent in shown.text
    assert "_session" not in shown.text
    missing = get(till, "/objects/pi_none")
    assert (missing.status_code, "no object of this id" in missing.text) == (404, True)
    for path in ("/", "/events", "/faults", "/mailbox"):
        page = get(till, path)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "<script" not in page.text
        assert page.text.count("<h1") == 1


def press(till: Till, path: str, form: dict[str, Any], site: str = "same-origin") -> int:
    answer = requests.post(
        till.sandbox.url + path, data=form, headers={"Sec-Fetch-Site": site}, allow_redirects=False, timeout=20
    )
    return answer.status_code


def test_the_switches_for_people(till: Till) -> None:
    before = till.now()
    assert press(till, "/clock", {"advance": "2160"}) == 303
    assert till.now() >= before + 2160
    assert press(till, "/faults", {"do": "slow", "name": "POST /v1/nothing", "seconds": "1", "times": "2"}) == 303
    rule = till.sandbox.faults()[0]
    assert (rule["do"], rule["path"], rule["times"], rule["where"]) == ("slow", "POST /v1/nothing", 2, "request")
    assert press(till, f"/faults/{rule['id']}/removal", {}) == 303
    assert till.sandbox.faults() == []
    assert press(till, "/faults", {"do": "explode"}) == 400
    assert press(till, "/mailserver", {"mode": "451"}) == 303
    assert press(till, "/mailserver", {"mode": "ok"}) == 303
    assert press(till, "/variants", {"session_event": "sideways"}) == 400
    event = till.v1.events.list({"limit": 1}).data[0] if till.v1.customers.create() else None
    assert press(till, f"/events/{event.id if event else ''}/deliveries", {}) == 303


def test_another_sites_page_cannot_press_them(till: Till) -> None:
    before = till.now()
    assert press(till, "/clock", {"advance": "86400"}, site="cross-site") == 403
    assert press(till, "/_sandbox/clock", {"advance": "86400"}, site="cross-site") == 403
    assert till.now() < before + 3600


def test_variants_are_listed_and_nonsense_refused(till: Till) -> None:
    listed = get(till, "/_sandbox/variants").json()
    assert listed["choices"]["session_event"] == ["last", "first"]
    address = f"{till.sandbox.url}/_sandbox/variants"
    for nonsense in ({"session_event": "x"}, {"none": "x"}):
        answer = requests.post(address, data=json.dumps(nonsense), timeout=60)
        assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_it_begins_anew_while_it_runs(open_sandbox: Callable[..., Sandbox], listener: Listener) -> None:
    sandbox = open_sandbox(listener.port)
    till = Till(sandbox, client_of(sandbox.url), listener)
    key: Any = {"idempotency_key": "once"}
    before = till.v1.customers.create({"name": "Ada"}, key)
    till.pay(till.session())
    send(till, letter("Hello"))
    sandbox.mailserver("550")
    sandbox.fault("drop", where="delivery", times=None)
    sandbox.advance(3600)
    till.session()

    sandbox.begin_anew()

    assert (sandbox.requests(), sandbox.mails(), sandbox.faults(), sandbox.deliveries()) == ([], [], [], [])
    assert (till.v1.events.list().data, till.v1.payment_intents.list().data) == ([], [])
    assert [one.url for one in till.v1.webhook_endpoints.list().data] == [
        f"http://127.0.0.1:{listener.port}/webhooks/stripe"
    ]
    assert sandbox.ahead() == 3600
    send(till, letter("Hello"))
    after = till.v1.customers.create({"name": "Ada"}, key)
    sandbox.deliver()
    assert after.id != before.id
    assert [one["type"] for one in sandbox.deliveries()] == ["customer.created"]
    assert [one.id for one in till.v1.customers.list().data] == [after.id]
    assert len(sandbox.mails()) == 1
