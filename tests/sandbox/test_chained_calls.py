"""Chains of calls as programs of others make them: ids and answers feed the next call (forms by hand, no SDK)."""

from typing import Any

import pytest
import requests

from tests.fixtures.running import until
from tests.sandbox.till import Till

Step = tuple[str, dict[str, str], int]


def run(till: Till, steps: list[Step]) -> list[dict[str, Any]]:
    """Post each form; `{2.id}` stands for a field of an earlier answer. The statuses must be as written."""
    answers: list[dict[str, Any]] = []
    for path, form, status in steps:
        names = {f"a{place}": answer for place, answer in enumerate(answers)}
        filled = {name: value.format(**names) for name, value in form.items()}
        answer = requests.post(
            till.sandbox.url + path.format(**names), data=filled, auth=("sk_test_chain", ""), timeout=20
        )
        assert answer.status_code == status, answer.text
        answers.append(answer.json())
    return answers


CUSTOMER: Step = ("/v1/customers", {"description": "(chained)"}, 200)
WITH_CARD: Step = (
    "/v1/customers",
    {"payment_method": "pm_card_visa", "invoice_settings[default_payment_method]": "pm_card_visa"},
    200,
)
PRODUCT: Step = ("/v1/products", {"name": "myproduct"}, 200)
PRICE: Step = (
    "/v1/prices",
    {"product": "{a1[id]}", "unit_amount": "1500", "currency": "usd", "recurring[interval]": "month"},
    200,
)
JOIN: Step = ("/v1/subscriptions", {"customer": "{a0[id]}", "items[0][price]": "{a2[id]}"}, 200)
FREE: dict[str, str] = {"trial_period_days": "7", "trial_settings[end_behavior][missing_payment_method]": "pause"}
AMOUNT: dict[str, str] = {"amount": "2000", "currency": "usd", "customer": "{a0[id]}"}
INCLUDE: dict[str, str] = {"customer": "{a0[id]}", "pending_invoice_items_behavior": "include"}


def test_an_invoice_takes_the_currency_of_what_waits(till: Till) -> None:
    invoice = run(till, [CUSTOMER, ("/v1/invoiceitems", AMOUNT, 200), ("/v1/invoices", INCLUDE, 200)])[2]
    assert (invoice["currency"], invoice["total"]) == ("usd", 2000)


def test_an_invoice_that_cannot_be_paid(till: Till) -> None:
    attach: Step = ("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": "{a0[id]}"}, 200)
    items: Step = ("/v1/invoiceitems", AMOUNT, 200)
    pay: Step = ("/v1/invoices/{a3[id]}/pay", {"payment_method": "{a1[id]}"}, 402)
    answer = run(till, [CUSTOMER, attach, items, ("/v1/invoices", INCLUDE, 200), pay])[4]
    assert answer["error"]["type"] == "card_error"


def test_a_trial_without_a_card_is_paused_and_resumed(till: Till) -> None:
    trial: Step = (JOIN[0], JOIN[1] | FREE, 200)
    end: Step = ("/v1/subscriptions/{a3[id]}", {"trial_end": "now"}, 200)
    resume: Step = ("/v1/subscriptions/{a3[id]}/resume", {}, 200)
    answers = run(till, [CUSTOMER, PRODUCT, PRICE, trial, end, resume])
    assert [one["status"] for one in answers[3:5]] == ["trialing", "paused"]
    assert answers[5]["object"] == "subscription"


def test_a_renewal_is_announced_on_a_test_clock(till: Till) -> None:
    clock: Step = ("/v1/test_helpers/test_clocks", {"frozen_time": "1704067200"}, 200)
    customer: Step = (WITH_CARD[0], WITH_CARD[1] | {"test_clock": "{a0[id]}"}, 200)
    price: Step = (PRICE[0], PRICE[1] | {"product": "{a2[id]}"}, 200)
    join: Step = (JOIN[0], {"customer": "{a1[id]}", "items[0][price]": "{a3[id]}"}, 200)
    advance: Step = ("/v1/test_helpers/test_clocks/{a0[id]}/advance", {"frozen_time": "1706486400"}, 200)
    answers = run(till, [clock, customer, PRODUCT, price, join, advance])
    assert (answers[4]["status"], answers[5]["status"]) == ("active", "advancing")
    told = until(lambda: till.v1.events.list({"type": "invoice.upcoming", "limit": 1}).data, "the renewal is announced")
    assert told[0].data.object.customer == answers[1]["id"]
    assert (told[0].data.object.total, told[0].data.object.lines.data[0].amount) == (1500, 1500)


def test_a_sent_invoice_is_overdue_on_a_test_clock(till: Till) -> None:
    clock: Step = ("/v1/test_helpers/test_clocks", {"frozen_time": "1577836800"}, 200)
    customer: Step = ("/v1/customers", {"test_clock": "{a0[id]}"}, 200)
    items: Step = ("/v1/invoiceitems", AMOUNT | {"customer": "{a1[id]}"}, 200)
    sent = {"customer": "{a1[id]}", "collection_method": "send_invoice", "days_until_due": "7"}
    invoice: Step = ("/v1/invoices", sent | {"pending_invoice_items_behavior": "include"}, 200)
    finalize: Step = ("/v1/invoices/{a3[id]}/finalize", {}, 200)
    advance: Step = ("/v1/test_helpers/test_clocks/{a0[id]}/advance", {"frozen_time": "1578614400"}, 200)
    answers = run(till, [clock, customer, items, invoice, finalize, advance])
    told = until(lambda: till.v1.events.list({"type": "invoice.overdue", "limit": 1}).data, "it is overdue")
    assert told[0].data.object.id == answers[3]["id"]


@pytest.mark.parametrize("way", [{}, {"paid_out_of_band": "true"}])
def test_an_invoice_paid_after_it_was_finalized(till: Till, way: dict[str, str]) -> None:
    items: Step = ("/v1/invoiceitems", AMOUNT, 200)
    finalize: Step = ("/v1/invoices/{a2[id]}/finalize", {}, 200)
    pay: Step = ("/v1/invoices/{a2[id]}/pay", way, 200)
    answers = run(till, [WITH_CARD, items, ("/v1/invoices", INCLUDE, 200), finalize, pay])
    assert (answers[3]["status"], answers[4]["status"]) == ("open", "paid")
