"""A plan is bought like everything else: by cart, order and Stripe's page; then Stripe's word is mirrored."""

from datetime import timedelta

from sqlalchemy import select

from storefront.cashier.statement import statement_since
from storefront.catalog.plan import Terms
from storefront.clock import now
from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.reports.books import compare
from storefront.subscriptions.invoice import Invoice
from storefront.subscriptions.subscription import Subscription
from tests.cashier.mira import mira_at

MONTHLY = Terms("month")


def rows(counter, model):
    with counter.sessions() as session:
        found = list(session.scalars(select(model).order_by(model.id)))
        for row in found:
            getattr(row, "items", None)
            getattr(row, "lines", None)
        return found


def test_a_box_every_month(counter):
    club = counter.sells("Tea club", price=900, stock=5, plan=MONTHLY)
    page = counter.client.get("/products/tea-club")
    assert "every month" in page.words("main")

    reference = counter.buys(club)

    [row] = rows(counter, Subscription)
    assert (row.status, row.what, row.cost) == ("active", "Tea club", "€9.00 every month")
    [invoice] = rows(counter, Invoice)
    assert (invoice.status, invoice.total) == ("paid", 900)
    [order] = rows(counter, Order)
    assert (order.reference, order.state, order.to_ship) == (reference, "completed", 1)
    assert invoice.order_id == order.id
    assert [entry.amount for entry in rows(counter, LedgerEntry)] == [900]
    with counter.sessions() as session:
        assert (
            compare(session, statement_since(counter.till, now() - timedelta(days=1), lambda _: None)).differences == []
        )
    mira = mira_at(counter)
    assert "Tea club" in mira.get("/backoffice/subscriptions").words("main")
    page = mira.get(f"/backoffice/subscriptions/{row.stripe_id}")
    assert "€9.00 every month" in page.words("main")
    assert order.number in page.words("main")
    assert sorted(letter["subject"] for letter in counter.letters()) == [
        "[Test] Your receipt " + invoice.number + " from The test shop",
        "[Test] Your subscription at The test shop has begun: Tea club",
    ]
