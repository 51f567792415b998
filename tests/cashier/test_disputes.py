"""Disputes and fraud warnings as they arrive: what Stripe says, what the books say, what Mira reads and may do."""

import pytest

from storefront.cashier.checking import check
from storefront.cashier.disputes_settling import sweep
from storefront.payments.fraud_warning import FraudWarning
from tests.cashier.disputed import (
    FRAUD,
    WARNED,
    another_shop_sells,
    books_agree,
    charge_of,
    complained,
    decided,
    fees,
    ledger,
    page_of_order,
    row,
    rows,
    sold,
)
from tests.cashier.evidence import inbox
from tests.cashier.mira import mira_at
from tests.cashier.postbag import hold_back
from tests.cashier.returns import order_page, refund, returned

"""What both databases keep alike is told once."""

TAKEN, PULLED, BACK = ("charge", 1740), ("dispute", -1740), ("dispute_reversal", 1740)
PENDING = "4000000000007726"


def test_a_dispute_arrives(counter):
    mira = mira_at(counter)
    reference = sold(counter, FRAUD)

    dispute = row(counter)
    assert (dispute.status, dispute.reason, dispute.amount, dispute.reason_code) == (
        "needs_response",
        "fraudulent",
        1740,
        "10.4",
    )
    assert (dispute.withheld, dispute.fee, dispute.refundable) == (1740, 1500, False)
    assert ledger(counter) == [TAKEN, PULLED]
    assert fees(counter) == 1500
    assert books_agree(counter) == 0
    page = page_of_order(counter, mira, reference)
    assert "Dispute over €17.40: to answer" in page
    assert "The card's owner says it was not them" in page
    assert "The bank holds €17.40." in page
    assert f"Answer by {dispute.due_by.day} {dispute.due_by:%B %Y, 23:59} UTC" in page
    assert "Do not send what is not sent yet." in page
    [letter] = counter.letters("is disputed")
    assert letter["to"] == ["mira@shop.example"]
    assert f"by {dispute.due_by.day} {dispute.due_by:%B %Y, 23:59} UTC" in letter["text"]
    assert f"/backoffice/disputes/{dispute.stripe_id}" in letter["text"]
    assert "1 disputes to answer" in mira.get("/backoffice").words("main")
    listed = mira.get("/backoffice/disputes?status=answer").words("main")
    assert counter.order(reference).number in listed
    assert "days left" in mira.get(f"/backoffice/disputes/{dispute.stripe_id}").words("main")
    assert "dispute" not in counter.reads(reference)


def test_d9_a_disputed_charge_is_not_refunded(counter):
    mira = mira_at(counter)
    reference = sold(counter)
    form = order_page(counter, mira, reference)
    complained(counter)

    refused = mira.submit(form, "Refund", 409)

    assert "refunds open again once the dispute is won" in refused.get_data(as_text=True)
    assert "refunds open again once the dispute is won" in page_of_order(counter, mira, reference)
    assert "Refund up to" not in page_of_order(counter, mira, reference)
    assert returned(counter).ours == returned(counter).stripe == []


def test_d9_a_refund_that_the_dispute_overtakes_is_refused_by_stripe(counter):
    mira = mira_at(counter)
    reference = sold(counter)
    refund(counter, mira, reference)
    counter.sandbox.complains(charge_of(counter))
    counter.work()

    assert returned(counter).stripe == []
    assert [state for state, _ in returned(counter).ours] == ["failed"]
    assert ledger(counter) == [TAKEN, PULLED]
    assert "cannot issue a refund" in page_of_order(counter, mira, reference)


def test_d14_a_dispute_opens_no_refunded_order_again(counter):
    mira = mira_at(counter)
    reference = sold(counter)
    refund(counter, mira, reference, amount="10.00")
    counter.work()
    state = counter.order(reference).state

    complained(counter)
    decided(counter, row(counter).stripe_id, "lost")

    assert counter.order(reference).state == state
    assert ledger(counter) == [TAKEN, ("refund", -1000), ("dispute", -740)]
    assert books_agree(counter) == 0


def test_d16_a_pending_refund_comes_to_nothing_when_the_charge_is_disputed(counter):
    mira = mira_at(counter)
    reference = sold(counter, PENDING)
    refund(counter, mira, reference, amount="5.00")
    counter.work()
    assert returned(counter).ours == [("pending", 500)]

    complained(counter)

    assert returned(counter).ours == returned(counter).stripe == [("failed", 500)]
    assert ledger(counter) == [TAKEN, PULLED]
    assert "charge for pending refund disputed" in page_of_order(counter, mira, reference)
    assert "This order needs a look" in page_of_order(counter, mira, reference)


def test_a6_a_dispute_that_arrives_before_the_payment(counter):
    reference = counter.checks_out(counter.sells("Tea", price=1250))
    counter.pays(counter.page_of(reference), FRAUD)
    counter.work()
    assert counter.order(reference).state == "completed"
    assert ledger(counter) == [TAKEN, PULLED]
    assert len(rows(counter)) == 1


def test_a_sweep_finds_what_no_event_told(counter):
    mira_at(counter)
    sold(counter)
    hold_back(counter)
    counter.sandbox.complains(charge_of(counter))
    counter.work()
    assert rows(counter) == []

    assert sweep(counter.till) == 1
    assert (row(counter).status, ledger(counter)) == ("needs_response", [TAKEN, PULLED])
    counter.sandbox.bank_says(row(counter).stripe_id, "lost")
    assert (sweep(counter.till), sweep(counter.till)) == (1, 0)
    assert row(counter).status == "lost"


def test_the_books_find_and_mend_what_was_missed(counter):
    sold(counter)
    hold_back(counter)
    counter.sandbox.complains(charge_of(counter))

    checked = check(counter.till, 400, repair=True)

    assert any("for dispute du_" in one.words for one in checked.found.differences)
    assert checked.left.differences == []
    assert ledger(counter) == [TAKEN, PULLED]


def test_an_early_fraud_warning_comes_with_advice(counter):
    mira = mira_at(counter)
    reference = sold(counter, WARNED)

    page = page_of_order(counter, mira, reference)
    assert "The card's bank warns of fraud" in page
    assert "Nothing was sent yet: refund €17.40 now and do not send it." in page
    [letter] = counter.letters("warns of fraud")
    assert "refund €17.40 now" in letter["text"]

    refund(counter, mira, reference)
    counter.work()
    with counter.sessions() as session:
        assert [one.actionable for one in session.query(FraudWarning)] == [False]
    assert "nothing is left to do about the warning" in page_of_order(counter, mira, reference)


def test_a_dispute_of_somebody_else_is_no_dispute_of_ours(counter):
    sold(counter)
    another_shop_sells(counter, "pm_card_createDispute")
    counter.work()
    assert {one.state for one in inbox(counter) if one.type == "charge.dispute.created"} == {"ignored"}
    assert rows(counter) == []


@pytest.mark.parametrize("reason", ["no_such_reason_yet", "general"])
def test_a_reason_that_nobody_knows_is_shown_as_stripe_spells_it(counter, reason):
    mira = mira_at(counter)
    reference = sold(counter)
    complained(counter, reason)
    assert {"no_such_reason_yet": "No such reason yet", "general": "No particular reason"}[reason] in page_of_order(
        counter, mira, reference
    )
