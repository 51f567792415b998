"""Calling off: by the buyer until it ships, by the merchant what is not sent; what is paid is refunded, once."""

import pytest

from storefront.catalog.file import attach
from storefront.catalog.product import Kind, Variant
from tests.cashier.held import stock
from tests.cashier.mira import mira_at
from tests.cashier.returns import bought, order_page, returned


@pytest.fixture
def mira(counter):
    return mira_at(counter)


def ships(counter, mira, reference, pieces):
    """One parcel with so many pieces of the first line."""
    page = order_page(counter, mira, reference)
    fields = {tag["name"]: 0 for tag in page.select('input[name^="line-"]')}
    mira.submit(page, "Mark as shipped", **fields | {next(iter(fields)): pieces})
    counter.work()


def test_a_buyer_cancels_a_paid_order_until_it_ships(counter, mira):
    reference = bought(counter, counter.sells("Tea", stock=5), counter.sells("Pot", price=3000, stock=1), quantity=1)
    page = counter.client.get(f"/orders/{reference}")
    for _ in range(2):
        counter.client.submit(page, "Cancel and get the money back")
    counter.work()

    found = returned(counter)
    assert found.stripe == found.ours == [("succeeded", 4740)]
    assert found.ledger == [("charge", 4740), ("refund", -4740)]
    assert stock(counter) == [(5, 0), (1, 0)]
    page = counter.client.get(f"/orders/{reference}")
    assert page.words("h1") == "Refunded"
    assert "Cancel" not in page.words("main").replace("Cancellation", "")
    assert "cancelled" in counter.letters("refunded")[0]["text"]
    assert "Mark as shipped" not in order_page(counter, mira, reference).text


def test_once_a_part_is_sent_only_the_merchant_cancels_the_rest(counter, mira):
    reference = bought(counter, counter.sells("Tea", stock=5), quantity=3)
    old = counter.client.get(f"/orders/{reference}")
    ships(counter, mira, reference, 1)
    assert "reached you or is on its way" in counter.client.submit(old, "Cancel and get the money back", 409).text
    assert "Cancel and get" not in counter.reads(reference)

    page = order_page(counter, mira, reference)
    for _ in range(2):
        mira.submit(page, "Cancel what is not sent, and refund it")
    counter.work()

    assert returned(counter).stripe == [("succeeded", 2500)], "two teas, and not the parcel that went out"
    assert stock(counter) == [(4, 0)]
    assert counter.order(reference).fulfilment == "shipped"
    assert "Still to send" not in order_page(counter, mira, reference).text


def test_what_was_downloaded_is_not_undone_by_its_buyer(counter, mira):
    book = counter.sells("Booklet", kind=Kind.DIGITAL, stock=None)
    with counter.sessions.begin() as session:
        attach(session, session.get_one(Variant, book), "b.pdf", b"%PDF")
    reference = bought(counter, counter.sells("Tea", stock=5), book)
    page = counter.client.get(f"/orders/{reference}")
    counter.client.submit(page, "Download Booklet", 200)
    assert "Cancel and get" not in counter.reads(reference)
    counter.client.submit(page, "Cancel and get the money back", 409)

    mira.submit(order_page(counter, mira, reference), "Cancel what is not sent, and refund it")
    counter.work()
    assert returned(counter).stripe == [("succeeded", 2990)]
