"""Answers to banks: what was read is what arrives, once, in time and within Stripe's limits; or the dispute is accepted."""

import re

import pypdfium2
import pytest

from storefront.evidence.fields import FILES, TEXTS
from tests.cashier.answered import answers, at_stripe, calls, contents, number_of, page_of_dispute, sends, writes
from tests.cashier.disputed import FRAUD, NOT_RECEIVED, books_agree, decided, ledger, page_of_order, row, sold
from tests.cashier.mira import PASSWORD, mira_at
from tests.cashier.postbag import hold_back
from tests.cashier.returns import order_page
from tests.cast import MIRA
from tests.client import Client

DAY = 86400


def ships(counter, mira, reference):
    form = order_page(counter, mira, reference)
    mira.submit(form, "Mark as shipped", carrier="DHL", tracking_number="JD014600003")
    counter.work()


def disputed(counter, card=FRAUD):
    mira = mira_at(counter)
    return mira, sold(counter, card)


def missing(page):
    return [one.parent.get_text(" ", strip=True) for one in page.find_all("span", class_="badge-attention")]


def test_what_was_read_is_what_arrives(counter):
    mira, reference = disputed(counter, "4242424242424242")
    ships(counter, mira, reference)
    counter.sandbox.complains(counter.at_stripe("charges")[0]["id"], "product_not_received")
    counter.work()
    shown = mira.get(f"/backoffice/disputes/{row(counter).stripe_id}/evidence")
    preview = {str(tag["data-field"]): tag.get_text() for tag in shown.select("[data-field]")}
    place = f"/backoffice/disputes/{row(counter).stripe_id}/papers"
    papers = {field: mira.raw.get(f"{place}/{field}.pdf", base_url=mira.origin) for field in FILES}

    sends(counter, mira)
    counter.work()

    [sent] = calls(counter)
    fields = {
        re.fullmatch(r"evidence\[(\w+)\]", name)[1]: value
        for name, value in sent.items()
        if name.startswith("evidence")
    }
    assert {name: value for name, value in fields.items() if name in TEXTS} == preview
    uploaded = {name: contents(counter, value) for name, value in fields.items() if name in FILES}
    assert uploaded == {name: one.data for name, one in papers.items() if one.status_code == 200}
    assert set(uploaded) >= {"receipt", "shipping_documentation"}
    assert sent["submit"] == "true"
    assert at_stripe(counter)["status"] == row(counter).status == "under_review"
    assert answers(counter) == [("submitted", "done")]
    assert "The evidence is with the bank" in page_of_dispute(counter, mira).words("main")
    assert "Sent the evidence to the bank." in page_of_order(counter, mira, reference)


@pytest.mark.parametrize("reason", ["fraudulent", "product_not_received"])
def test_nothing_must_be_typed_when_it_was_sent_with_a_tracking_number(counter, reason):
    mira, reference = disputed(counter, "4242424242424242")
    ships(counter, mira, reference)
    counter.sandbox.complains(counter.at_stripe("charges")[0]["id"], reason)
    counter.work()
    assert missing(page_of_dispute(counter, mira)) == []
    sends(counter, mira)
    counter.work()
    evidence = at_stripe(counter)["evidence"]
    assert evidence["shipping_tracking_number"] == "JD014600003"
    assert evidence["shipping_carrier"] == "DHL"
    assert evidence["shipping_address"] == "Ada Field\nGartenweg 4\n10115 Berlin\nDE"
    assert evidence["customer_name"] == "Ada Field"
    assert evidence["customer_email_address"] == "ada@buyer.example"
    assert "1 x Tea" in evidence["product_description"]
    assert "the security code was checked: pass" in evidence["uncategorized_text"]
    assert "Stripe's judgement of the risk: normal" in evidence["uncategorized_text"]
    assert evidence["receipt"].startswith("file_")
    if reason == "fraudulent":
        assert evidence["customer_purchase_ip"] == "127.0.0.1"


def test_the_checklist_says_what_is_missing(counter):
    mira, _reference = disputed(counter, NOT_RECEIVED)
    [said] = missing(page_of_dispute(counter, mira))
    assert said.startswith("Missing That it was sent, where, when and how")
    assert "Carrier, Day of sending, Tracking number: Mark the order as sent" in said


def test_papers_and_pages_hold_no_card_number_no_secret_link_and_nothing_of_others(counter):
    bo = Client(counter.app)
    other = counter.checks_out(counter.sells("Secret gift", price=700), client=bo)
    counter.pays(counter.page_of(other), email="bo@stranger.example")
    counter.work()
    mira, reference = disputed(counter)
    page = str(mira.get(f"/backoffice/disputes/{row(counter).stripe_id}/evidence"))
    sends(counter, mira)
    counter.work()
    evidence = at_stripe(counter)["evidence"]
    read = page + str(calls(counter))
    for field in FILES:
        if evidence[field]:
            document = pypdfium2.PdfDocument(contents(counter, evidence[field]))
            read += "\n".join(one.get_textpage().get_text_range() for one in document)
    assert counter.order(reference).number in read
    for never in (FRAUD, reference, "/orders/", other, "bo@stranger", "Secret gift", counter.order(other).number):
        assert never not in read.replace("/backoffice/orders/", "")


def test_it_is_put_ready_first_and_changed_and_sent_then(counter):
    mira, _reference = disputed(counter)
    writes(counter, mira, "uncategorized_text", "She wrote to us that the tea was good.")
    mira.submit(page_of_dispute(counter, mira), "Put it ready at Stripe")
    counter.work()
    assert at_stripe(counter)["status"] == row(counter).status == "needs_response"
    assert at_stripe(counter)["evidence"]["uncategorized_text"] == "She wrote to us that the tea was good."
    assert calls(counter)[0]["submit"] == "false"

    writes(counter, mira, "uncategorized_text", "")
    sends(counter, mira)
    counter.work()

    assert calls(counter)[1]["evidence[uncategorized_text]"] == ""
    assert at_stripe(counter)["evidence"]["uncategorized_text"] is None
    assert answers(counter) == [("staged", "done"), ("submitted", "done")]


@pytest.mark.parametrize(
    ("words", "status", "booked"), [("winning_evidence", "won", 1740), ("losing_evidence", "lost", 0)]
)
def test_the_bank_decides_by_the_evidence(counter, words, status, booked):
    mira, _reference = disputed(counter)
    writes(counter, mira, "uncategorized_text", words)
    sends(counter, mira)
    counter.work()
    counter.sandbox.advance(10)
    counter.work()
    assert row(counter).status == status
    assert books_agree(counter) == booked
    assert f"The bank has decided: {status}." in page_of_dispute(counter, mira).words("main")


def test_a_dispute_is_accepted(counter):
    mira, _reference = disputed(counter)
    page = page_of_dispute(counter, mira)
    wrong = mira.submit(page, "Accept the dispute", 409, confirmation="yes")
    assert "to confirm: this cannot be undone." in wrong.get_data(as_text=True)
    mira.submit(page, "Accept the dispute", confirmation=number_of(counter).lower())
    counter.work()
    assert row(counter).status == at_stripe(counter)["status"] == "lost"
    assert len(calls(counter, "/close")) == 1
    assert answers(counter) == [("accepted", "done")]
    assert "Accepted done" in page_of_dispute(counter, mira).words("main")


@pytest.mark.parametrize("do", ["cut_after", "500_after", "cut_before"])
def test_d15_a_cut_connection_sends_nothing_twice(counter, do):
    mira, _reference = disputed(counter)
    counter.sandbox.fault(do, where="request", path="POST /v1/disputes/*", times=1)
    counter.sandbox.fault(do, where="request", path="POST /v1/files", times=1)
    sends(counter, mira)
    for _ in range(4):
        counter.work()
        counter.sandbox.advance(60)
    counter.work()
    assert answers(counter) == [("submitted", "done")]
    assert at_stripe(counter)["evidence_details"]["submission_count"] == 1
    assert row(counter).status == "under_review"


def test_the_event_comes_before_our_answer(counter):
    mira, _reference = disputed(counter)
    counter.sandbox.fault("cut_after", where="request", path="POST /v1/disputes/*", times=1)
    sends(counter, mira)
    counter.work()
    counter.sandbox.deliver()
    counter.work()
    assert row(counter).status == "under_review"
    counter.sandbox.advance(60)
    counter.work()
    assert answers(counter) == [("submitted", "done")]
    assert at_stripe(counter)["evidence_details"]["submission_count"] == 1


def test_d15_nothing_is_sent_after_the_deadline(counter):
    mira, _reference = disputed(counter)
    seen = page_of_dispute(counter, mira)
    hold_back(counter)
    counter.sandbox.advance(10 * DAY)
    fresh = mira_at_again(counter)

    late = sends(counter, fresh, 409, page=seen_by(counter, fresh, seen))

    assert "The deadline has passed" in late.get_data(as_text=True)
    assert "Send it to the bank" not in page_of_dispute(counter, fresh).words("main")
    counter.work()
    assert calls(counter) == []
    assert answers(counter) == []


def test_d15_too_many_characters_are_refused_before_the_call(counter):
    mira, _reference = disputed(counter)
    refused = writes(counter, mira, "uncategorized_text", "x" * 20_001, 422)
    assert "may have 20,000 characters; this has 20,001" in refused.get_data(as_text=True)
    for field in list(TEXTS)[:8]:
        writes(counter, mira, field, "y" * 20_000)
    page = page_of_dispute(counter, mira)
    assert "150,000 characters" in page.words("main")
    late = sends(counter, mira, 409, page=page)
    assert "150,000 are allowed together" in late.get_data(as_text=True)
    counter.work()
    assert calls(counter) == []


def test_evidence_that_changed_since_it_was_read_is_not_sent(counter):
    mira, _reference = disputed(counter)
    seen = page_of_dispute(counter, mira)
    writes(counter, mira, "customer_name", "Ada B. Field")
    assert "changed since you read it" in sends(counter, mira, 409, page=seen).get_data(as_text=True)
    assert answers(counter) == []


def test_stripe_refuses_and_a_person_looks(counter):
    mira, reference = disputed(counter)
    sends(counter, mira)
    counter.sandbox.bank_says(row(counter).stripe_id, "lost")
    counter.work()
    assert answers(counter) == [("submitted", "refused")]
    assert "Stripe did not take the answer" in page_of_order(counter, mira, reference)
    assert ledger(counter)[-1] == ("dispute", -1740)


def test_an_inquiry_that_escalates_is_answered_twice(counter):
    mira, reference = disputed(counter, "4000000000001976")
    unsent = "Nothing was sent yet: refund €17.40 now and do not send it. That ends the inquiry, without a fee"
    assert unsent in page_of_dispute(counter, mira).words("main")
    ships(counter, mira, reference)
    assert "Refund €17.40 now if the buyer may be right." in page_of_dispute(counter, mira).words("main")
    sends(counter, mira)
    counter.work()
    assert row(counter).status == "warning_under_review"
    assert "Refunding €17.40 is still possible." in page_of_dispute(counter, mira).words("main")
    decided(counter, row(counter).stripe_id, "escalated")
    assert "Refund or answer?" not in page_of_dispute(counter, mira).words("main")
    sends(counter, mira)
    counter.work()
    assert answers(counter) == [("submitted", "done")] * 2
    assert row(counter).status == "under_review"


def mira_at_again(counter):
    """Her session has ended in ten days."""
    browser = Client(counter.app)
    browser.submit(browser.get("/backoffice/session"), "Sign in", email=MIRA, password=PASSWORD)
    return browser


def seen_by(counter, browser, seen):
    """The form of ten days ago, with the token of today's cookie."""
    token = browser.get("/backoffice/disputes").select_one("input[name=csrf_token]")["value"]
    for tag in seen.select("input[name=csrf_token]"):
        tag["value"] = token
    return seen
