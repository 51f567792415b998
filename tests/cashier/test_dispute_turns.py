"""Disputes as they turn and end, and what that makes of the money."""

from tests.cashier.disputed import (
    FRAUD,
    INQUIRY,
    NOT_RECEIVED,
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
from tests.cashier.evidence import row_of
from tests.cashier.mira import mira_at
from tests.cashier.postbag import deliver, events_about, hold_back
from tests.cashier.returns import refund, returned

"""What both databases keep alike is told once."""

TAKEN, PULLED, BACK = ("charge", 1740), ("dispute", -1740), ("dispute_reversal", 1740)


def test_d8_an_inquiry_moves_no_money_and_may_be_refunded(counter):
    mira = mira_at(counter)
    reference = sold(counter, INQUIRY)

    assert (row(counter).status, row(counter).withheld, row(counter).refundable) == ("warning_needs_response", 0, True)
    assert ledger(counter) == [TAKEN]
    assert fees(counter) == 0
    page = page_of_order(counter, mira, reference)
    assert "A full refund ends the matter without a fee." in page
    assert "Refund up to €17.40" in page

    decided(counter, row(counter).stripe_id, "closed")

    assert row(counter).status == "warning_closed"
    assert ledger(counter) == [TAKEN]
    assert "lost" not in page_of_order(counter, mira, reference).lower()
    assert books_agree(counter) == 1740
    [letter] = counter.letters("inquiry about")
    assert "no money moved" in letter["text"]


def test_d8_a_refund_ends_an_inquiry(counter):
    mira = mira_at(counter)
    reference = sold(counter, INQUIRY)
    refund(counter, mira, reference)
    counter.work()
    assert row(counter).status == "warning_closed"
    assert ledger(counter) == [TAKEN, ("refund", -1740)]


def test_an_inquiry_becomes_a_dispute(counter):
    mira_at(counter)
    sold(counter, INQUIRY)
    decided(counter, row(counter).stripe_id, "escalated")
    assert (row(counter).status, row(counter).withheld) == ("needs_response", 1740)
    assert ledger(counter) == [TAKEN, PULLED]
    [letter] = counter.letters("inquiry became a dispute")
    assert "Answer by" in letter["text"]


def test_d10_won(counter):
    mira = mira_at(counter)
    reference = sold(counter, NOT_RECEIVED)
    decided(counter, row(counter).stripe_id, "won")

    assert (row(counter).status, row(counter).withheld) == ("won", 0)
    assert ledger(counter) == [TAKEN, PULLED, BACK]
    assert books_agree(counter) == 1740
    assert counter.order(reference).state == "completed"
    page = page_of_order(counter, mira, reference)
    assert "Refund up to €17.40" in page
    assert "The bank decided for the shop; €17.40 are back." in page
    [_letter] = counter.letters("is won")


def test_d10_lost_is_a_loss_and_no_refund(counter):
    mira = mira_at(counter)
    reference = sold(counter, NOT_RECEIVED)
    decided(counter, row(counter).stripe_id, "lost")

    assert row(counter).lost == 1740
    assert ledger(counter) == [TAKEN, PULLED]
    assert books_agree(counter) == 0
    page = page_of_order(counter, mira, reference)
    assert "Lost in a dispute €17.40" in page
    assert "Refunded €0.00" in page
    assert "the buyer has the money already" in page
    assert returned(counter).ours == []
    [_letter] = counter.letters("is lost")


def test_d11_events_that_come_after_closed_book_and_tell_nothing(counter):
    """The newest event is the first that arrives, those before it come one by one, never seen until then."""
    mira = mira_at(counter)
    reference = sold(counter)
    hold_back(counter)
    dispute = counter.sandbox.complains(charge_of(counter))["id"]
    counter.sandbox.bank_says(dispute, "won")
    told = [one for one in reversed(events_about(counter, dispute)) if one["type"].startswith("charge.dispute.")]
    assert (told[0]["type"], told[-1]["type"]) == ("charge.dispute.closed", "charge.dispute.created")
    assert len(told) >= 3

    seen = []
    for event in told:
        assert deliver(counter, event) == 200
        counter.work(deliver=False)
        assert row_of(counter, event).state == "applied"
        ours = row(counter)
        said = page_of_order(counter, mira, reference).count("The bank ")
        seen.append((ours.status, ours.turn, ledger(counter), fees(counter), len(counter.letters("dispute")), said))

    assert seen[0][:4] == ("won", 1, [TAKEN, PULLED, BACK], 1500)
    assert seen == [seen[0]] * len(told)
    assert books_agree(counter) == 1740


def test_d12_no_status_is_final(counter):
    mira_at(counter)
    sold(counter, FRAUD)
    dispute = row(counter).stripe_id
    decided(counter, dispute, "lost")

    decided(counter, dispute, "won")
    assert (row(counter).status, ledger(counter)) == ("won", [TAKEN, PULLED, BACK])
    assert "It had been lost before." in counter.letters("is won")[0]["text"]

    decided(counter, dispute, "appealed")
    assert (row(counter).status, row(counter).answerable) == ("appeal_needs_response", True)
    assert ledger(counter) == [TAKEN, PULLED, BACK, PULLED]
    decided(counter, dispute, "lost")
    assert books_agree(counter) == 0


def test_d12_words_that_nobody_knows_are_kept_and_shown(counter):
    mira = mira_at(counter)
    reference = sold(counter, FRAUD)
    counter.sandbox.invents_status(row(counter).stripe_id, "arbitration_at_sea")
    counter.work()

    assert row(counter).status == "arbitration_at_sea"
    assert "arbitration at sea" in page_of_order(counter, mira, reference)
    assert "refunds open again once the dispute is won" in page_of_order(counter, mira, reference)
    assert "arbitration at sea" in mira.get("/backoffice/disputes").words("main").lower()
    decided(counter, row(counter).stripe_id, "prevented")
    assert (row(counter).status, row(counter).withheld) == ("prevented", 0)
    assert "Refund up to €17.40" in page_of_order(counter, mira, reference)


def test_d13_two_disputes_over_parts_of_one_charge(counter):
    mira = mira_at(counter)
    reference = sold(counter)
    first, second = complained(counter, amount=500), complained(counter, "duplicate", amount=300)

    assert [(one.stripe_id, one.amount) for one in rows(counter)] == [(first, 500), (second, 300)]
    assert ledger(counter) == [TAKEN, ("dispute", -500), ("dispute", -300)]
    decided(counter, first, "won")
    assert "Refund up to" not in page_of_order(counter, mira, reference)
    decided(counter, second, "won")
    assert "Refund up to €17.40" in page_of_order(counter, mira, reference)
    assert books_agree(counter) == 1740
