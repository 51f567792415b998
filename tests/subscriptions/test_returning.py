"""A buyer who comes back, and a database that does: nothing is sold or written a second time."""

from storefront.cashier.reconciling import reconcile
from storefront.outbox.letter import Letter
from tests.cashier.backup import back_up
from tests.shopfront.signing_in import sign_in
from tests.subscriptions.club import DAY
from tests.subscriptions.test_failures import NO_CARD


def test_e4_who_is_signed_in_is_not_sold_a_second_one(club):
    plan = club.counter.sells("Tea box", price=900, stock=20, plan=NO_CARD)
    name = club.joins(plan, card="")
    club.later(8 * DAY)
    assert club.row(name).status == "paused"
    ada = sign_in(club.counter)
    ada.post("/cart/lines", {"variant": plan, "quantity": 1})

    refused = ada.post("/checkout", {"country": "DE"}, 409)

    assert "You have Tea box already." in refused.text
    assert len(club.stripe("GET", "subscriptions", status="all", limit=100)["data"]) >= 1


def test_a_trial_of_nothing_to_pay_is_not_called_paid(club):
    plan = club.counter.sells("Tea box", price=900, stock=20, plan=NO_CARD)
    reference = club.counter.checks_out(plan)
    assert club.counter.pays(club.counter.page_of(reference), "")["state"] == "done"
    club.counter.work()
    assert "Your subscription has begun" in club.counter.reads(reference)


def test_f7_a_restored_database_writes_of_no_renewal_twice(club, tea, tmp_path):
    name = club.joins(tea)
    restore = back_up(club.counter, tmp_path)
    club.to_the_end(name)
    assert len(club.boxes(name)) == 2
    receipts = len(club.counter.letters("receipt"))

    restore()
    assert len(club.boxes(name)) == 1
    reconcile(club.counter.till, restored=True)
    club.counter.work()

    assert club.ours(name) == club.theirs(name)
    assert (len(club.boxes(name)), len(club.counter.letters("receipt"))) == (2, receipts)
    with club.counter.sessions() as session:
        kept = [letter for letter in session.query(Letter) if letter.kind == "invoice_receipt"]
        assert sorted(letter.state for letter in kept) == ["failed", "sent"]
