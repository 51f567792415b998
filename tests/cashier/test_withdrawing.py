"""What is refunded before it went out stays in the house; what went out may be refunded all the same."""

from storefront.orders.order import lock_order
from storefront.payments.refundable import rest_of
from tests.cashier.mira import mira_at
from tests.cashier.returns import at_dashboard, bought, line_fields, order_page, refund
from tests.cashier.test_allocation import late_payer, sold_in_the_street

FAILS_LATER = "4000000000005126"


def test_a_refunded_piece_is_not_sent(counter):
    mira = mira_at(counter)
    reference = bought(counter, counter.sells("Tea"), quantity=2)
    stale = order_page(counter, mira, reference)

    refund(counter, mira, reference, **line_fields(counter, reference, 1))
    assert counter.order(reference).to_ship == 1
    counter.work()

    mira.submit(stale, "Mark as shipped", 409)
    mira.submit(order_page(counter, mira, reference), "Mark as shipped")
    assert (counter.order(reference).shipped, counter.order(reference).to_ship) == (1, 0)


def test_a_piece_that_came_back_was_sent(counter):
    mira = mira_at(counter)
    reference = bought(counter, counter.sells("Tea"), quantity=2)
    mira.submit(order_page(counter, mira, reference), "Mark as shipped")

    refund(counter, mira, reference, **line_fields(counter, reference, 1, back=1))
    counter.work()

    assert (counter.order(reference).shipped, counter.order(reference).to_ship) == (2, 0)
    assert counter.order(reference).fulfilment == "shipped"


def test_d3_all_refunded_in_the_dashboard_and_nothing_is_sent(counter):
    mira = mira_at(counter)
    reference = bought(counter, counter.sells("Tea"), quantity=2)
    assert counter.order(reference).to_ship == 2

    at_dashboard(counter, counter.at_stripe()[0]["id"])
    counter.work()

    assert counter.order(reference).to_ship == 0
    assert order_page(counter, mira, reference).find("button", string="Mark as shipped") is None


def test_d1_a_refund_that_fails_lets_its_pieces_go_again(counter):
    mira = mira_at(counter)
    reference = bought(counter, counter.sells("Tea"), quantity=2, card=FAILS_LATER)
    refund(counter, mira, reference, **line_fields(counter, reference, 2))
    counter.work()
    assert counter.order(reference).to_ship == 0

    counter.sandbox.advance(24 * 3600)
    counter.work()

    assert counter.order(reference).to_ship == 2


def test_c13_refunds_end_at_what_was_captured(counter):
    tea, pot = counter.sells("Tea", price=1250, stock=5), counter.sells("Teapot", price=3000, stock=5)
    reference, session_id = late_payer(counter, tea, pot)
    sold_in_the_street(counter, pot, 1)
    counter.pays(session_id)
    counter.work()

    with counter.sessions() as session:
        rest = rest_of(session, lock_order(session, counter.order(reference).id))

    assert rest.amount == 2 * 1250 + 3000 + 490
    assert [(line.line.title, line.quantity, line.put_back, line.amount(line.quantity)) for line in rest.lines] == [
        ("Tea", 2, 2, 2500),
        ("Teapot", 1, 1, 3000),
    ]
