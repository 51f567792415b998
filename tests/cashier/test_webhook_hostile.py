"""Whatever is posted to the webhook, signed or not: an answer below 500, and nothing of it in a log."""

import json

from tests.cashier.evidence import row_of
from tests.cashier.postbag import an_event, deliver, post, signature

MARK = "tell-tale-of-the-body"


def unsigned():
    """Deliveries that nobody signed: body and header."""
    genuine = json.dumps(an_event(description=MARK))
    return [
        (genuine, "t=1,v1=\xe9\xe8".encode("latin-1")),
        (genuine, "t=,v1="),
        (genuine, "t=99999999999999999999999999,v1=" + "0" * 64),
        (genuine, "v1=" + "0" * 64),
        (genuine, "," * 5000),
        (genuine, "t=1=2=3,v1=4=5"),
        (b"\xff\xfe\x00 " + MARK.encode(), signature("x")),
        (b"", signature("x")),
        (MARK.encode() * 60_000, signature("x")),
    ]


def signed_nonsense():
    """Bodies that are signed all right and yet no event that this shop could keep."""
    event = an_event(description=MARK)
    return [
        "",
        MARK,
        "null",
        "[]",
        json.dumps([event]),
        json.dumps(MARK),
        "12",
        '{"object": "event"}',
        "[" * 100_000,
        '{"a":' * 50_000,
        "9" * 5000,
        json.dumps(event["data"]["object"]),
        json.dumps({**event, "type": None}),
        json.dumps({**event, "id": 7}),
        json.dumps({**event, "id": ""}),
        json.dumps({**event, "id": "evt_\0"}),
        json.dumps({**event, "id": "evt_\ud800"}),
        json.dumps({**event, "type": "x\0"}),
        json.dumps({**event, "api_version": {"a": 1}}),
        json.dumps({**event, "account": ["acct_1"]}),
        json.dumps({**event, "data": None}),
        json.dumps({**event, "data": []}),
        json.dumps({**event, "data": {"object": "pi_1"}}),
        json.dumps({**event, "data": {"object": {**event["data"]["object"], "id": "pi_\0"}}}),
        json.dumps({**event, "data": {"object": {**event["data"]["object"], "id": "pi_\ud800"}}}),
        json.dumps({**event, "data": {"object": {**event["data"]["object"], "id": {"x": "y"}}}}),
    ]


def test_a20_unsigned_nonsense_is_refused_in_silence(counter, caplog):
    answers = [post(counter.url, body, header) for body, header in unsigned()]

    assert all(400 <= answer.status_code < 500 for answer in answers), [answer.status_code for answer in answers]
    assert "Traceback" not in caplog.text
    assert not any(record.exc_info or record.exc_text for record in caplog.records)
    assert MARK not in caplog.text
    assert not any(MARK in answer.text for answer in answers)


def test_a20_signed_nonsense_is_refused_in_silence(counter, caplog):
    bodies = signed_nonsense()

    statuses = {body[:120]: post(counter.url, body, signature(body)).status_code for body in bodies}

    assert {body: status for body, status in statuses.items() if status != 400} == {}
    assert not any(record.exc_info or record.exc_text for record in caplog.records)
    assert MARK not in caplog.text


def test_a20_an_event_nested_deeply_is_kept_or_refused(counter):
    deep = '{"a":' * 700 + "1" + "}" * 700
    body = json.dumps(an_event(extra="DEEP")).replace('"DEEP"', deep)

    assert post(counter.url, body, signature(body)).status_code in (200, 400)


def test_a20_signed_bytes_that_are_no_text(counter):
    event = an_event()
    body = json.dumps(event).encode("utf-16")

    assert post(counter.url, body, signature("x")).status_code == 400
    assert row_of(counter, event) is None


def test_a24_a_thin_event_is_refused_and_the_merchant_told(counter):
    thin = {
        "id": "evt_test_65UTQ1",
        "object": "v2.core.event",
        "type": "v1.billing.meter.error_report_triggered",
        "livemode": False,
        "created": "2026-11-22T10:00:00.000Z",
        "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"},
    }

    body = json.dumps(thin)
    answer = post(counter.url, body, signature(body))

    assert answer.status_code == 400
    assert "v2.core.event" in answer.text
    assert row_of(counter, thin) is None
    assert deliver(counter, an_event()) == 200, "snapshots still come in"
