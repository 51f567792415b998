"""A purchase from the cart to the receipt, by the ways that a card can go."""

from storefront.payments.ledger import LedgerEntry
from storefront.stock.level import StockLevel


def test_authorised_then_captured_after_the_stock_check(counter):
    tea = counter.sells("Tea", price=1250, stock=10)

    reference = counter.buys(tea, quantity=2)

    [intent] = counter.at_stripe()
    assert (intent["status"], intent["amount_received"], intent["capture_method"]) == (
        "succeeded",
        2990,
        "automatic_async",
    )
    assert "paid" in counter.reads(reference).lower()
    [letter] = counter.letters()
    assert counter.order(reference).number in letter["text"]
    with counter.sessions() as session:
        level = session.get_one(StockLevel, tea)
        [entry] = session.query(LedgerEntry)
    assert (level.on_hand, level.held) == (8, 0)
    assert (entry.amount, entry.currency, entry.stripe_id) == (2990, "eur", intent["latest_charge"])


def test_automatic_capture(open_counter):
    counter = open_counter(CAPTURE_POLICY="automatic")

    reference = counter.buys(counter.sells())

    assert counter.order(reference).state == "completed"
    assert len(counter.letters()) == 1


def test_b17_declined_then_paid_in_the_same_session(counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)

    assert counter.pays(session_id, "4000000000000002")["state"] == "declined"
    counter.work()
    declined = counter.reads(reference)
    assert "declined" in declined.lower()
    assert counter.letters() == []
    counter.pays(session_id)
    counter.work()

    charges = counter.at_stripe("charges")
    assert [charge["status"] for charge in charges] == ["succeeded", "failed"]
    assert counter.order(reference).state == "completed"
    assert len(counter.letters()) == 1


def test_3ds_completed_pays(counter):
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)

    answer = counter.pays(session_id, "4000002760003184", authentication="complete")
    counter.work()

    assert answer["state"] == "done", answer
    assert counter.order(reference).state == "completed"
