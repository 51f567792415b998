"""Only what Stripe signed a moment ago, with a secret that we know, over these very bytes, is believed."""

import json

import pytest

from storefront.inbox.refusal import RefusedDelivery
from tests.cashier.evidence import assert_paid_once, evidence, inbox, row_of
from tests.cashier.postbag import an_event, deliver, events_of, hold_back, only, post, signature, written
from tests.fixtures.sandbox import SECRET

OLD, NEW = "whsec_of_last_year", "whsec_of_this_year"


@pytest.fixture
def paid_unheard(counter):
    """A reference and what Stripe has to tell of its payment, which the shop has not heard."""
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    return reference, events_of(counter, session_id)


def test_a13_wrong_secret_or_altered_body(counter, paid_unheard):
    reference, events = paid_unheard
    before = evidence(counter, reference)
    body = json.dumps(only(events, "checkout.session.completed"))
    altered = body.replace('"amount_total": 1740', '"amount_total": 1')
    assert altered != body

    answers = [
        post(counter.url, body, signature(body, "whsec_of_somebody_else")),
        post(counter.url, altered, signature(body)),
        post(counter.url, body, None),
    ]
    counter.work(deliver=False)

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert inbox(counter) == []
    assert evidence(counter, reference) == before


def test_a13_stripe_is_told_that_it_did_not_arrive(counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    hold_back(counter)
    counter.pays(session_id)
    [event] = [event for event in events_of(counter, session_id) if event["type"] == "checkout.session.completed"]

    assert deliver(counter, event, secret="whsec_mistyped") == 400
    assert deliver(counter, event) == 200
    counter.work(deliver=False)

    assert_paid_once(counter, reference)


@pytest.mark.parametrize("configured", ["", " , "], ids=["unset", "empty"])
def test_a14_without_a_secret_nothing_is_believed(open_counter, configured):
    counter = open_counter(STRIPE_WEBHOOK_SECRET=configured)
    event = an_event()

    answers = [post(counter.url, written(event), signature(written(event), key)) for key in ("", SECRET, ",", " ")]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert {answer.text for answer in answers} == {"No webhook secret is configured; nothing can be believed."}
    assert row_of(counter, event) is None


def test_a15_both_secrets_of_a_rotation_are_known(open_counter):
    counter = open_counter(STRIPE_WEBHOOK_SECRET=f"{OLD},{NEW}")
    by_old, by_new, by_both, by_none = an_event(), an_event(), an_event(), an_event()

    def signed_by(event, *secrets):
        body = json.dumps(event)
        moment, *signs = [part for key in secrets for part in signature(body, key).split(",")]
        header = ",".join([moment, *(sign for sign in signs if sign.startswith("v1=")), "v0=" + "0" * 64])
        return post(counter.url, body, header).status_code

    assert signed_by(by_old, OLD) == 200
    assert signed_by(by_new, NEW) == 200
    assert signed_by(by_both, "whsec_of_the_next_year", NEW) == 200
    assert signed_by(by_none, "whsec_of_a_stranger", "whsec_of_another") == 400
    assert all(row_of(counter, event) for event in (by_old, by_new, by_both))
    assert row_of(counter, by_none) is None


def test_a16_only_the_scheme_v1_counts(counter):
    event = an_event()
    body = json.dumps(event)

    statuses = [
        post(counter.url, body, signature(body).replace("v1=", f"{scheme}=")).status_code
        for scheme in ("v0", "v2", "V1", "")
    ]

    assert statuses == [400] * 4
    assert row_of(counter, event) is None


def test_a17_a_captured_delivery_is_no_good_after_five_minutes(counter, paid_unheard):
    reference, events = paid_unheard
    event = only(events, "checkout.session.completed")

    assert deliver(counter, event, age=310) == 400
    assert inbox(counter) == []
    counter.sandbox.heal()
    assert [one["status"] for one in counter.sandbox.resend(event["id"])] == [200], "a true redelivery is stamped anew"
    counter.work(deliver=False)

    assert_paid_once(counter, reference)


def test_a19_a_replay_inside_five_minutes_does_nothing(counter, paid_unheard):
    reference, events = paid_unheard
    body = json.dumps(only(events, "checkout.session.completed"))
    header = signature(body)
    assert post(counter.url, body, header).status_code == 200
    counter.work(deliver=False)
    before = assert_paid_once(counter, reference)

    assert post(counter.url, body, header).status_code == 200
    counter.work(deliver=False)

    assert len(inbox(counter)) == 1
    assert evidence(counter, reference) == before


def test_a21_the_very_bytes_are_verified(counter):
    event = an_event(description='Tee für Zoë — 茶 🫖  "twice"')
    odd = json.dumps(event, ensure_ascii=False, indent=3, separators=(" ,", " :  ")).replace("\n", "\r\n") + "\n\n"
    header = signature(odd)

    assert post(counter.url, json.dumps(event, ensure_ascii=False), header).status_code == 400, (
        "written anew by a proxy"
    )
    assert post(counter.url, odd, header).status_code == 200
    assert row_of(counter, event).body == odd


def test_a22_an_event_of_the_other_mode(counter, paid_unheard):
    reference, events = paid_unheard
    before = evidence(counter, reference)
    event = only(events, "checkout.session.completed")

    statuses = [deliver(counter, {**event, "livemode": mode}) for mode in (True, 1, "false", None)]
    counter.work(deliver=False)

    assert statuses == [400] * 4
    assert inbox(counter) == []
    assert evidence(counter, reference) == before
    with counter.sessions() as session:
        assert session.get(RefusedDelivery, "mode")
