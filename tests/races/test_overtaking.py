"""One thing overtakes another: an old answer arrives after a newer one, money after the order was called off."""

import pytest
from sqlalchemy.exc import IntegrityError

from storefront.inbox.event import StripeEvent
from storefront.orders.order import Order
from storefront.outbox.letter import Letter, queue
from storefront.payments.payment import Payment
from storefront.payments.refund import Refund
from storefront.stock.level import StockLevel
from tests.fixtures.running import until
from tests.races.crowd import Buyer


def _row(shop, table, **which):
    with shop.database.session() as session:
        return session.query(table).filter_by(**which).order_by(table.id).first()


def test_a8_an_old_answer_of_stripe_changes_nothing_that_a_newer_one_said(gated):
    """One worker's look at Stripe saw the page unpaid, and comes home after the other worker has seen it paid."""
    shop, gate = gated
    shop.start_worker(WORKER_NAME="second")
    buyer = Buyer(shop, 1)
    buyer.fills_cart(shop.sells("Tea", stock=10))
    way = buyer.checks_out().headers["Location"]
    page = buyer.gets(way).headers["Location"]

    with gate.stop("GET /v1/checkout/sessions/*", "answered") as stop:
        buyer.gets(f"{way}?session=back")
        stop.wait()
        assert buyer.pays(page) == "done"
        until(lambda: _all_is_applied(shop), "the order is paid and every event applied")
        # A further look would repair what an old answer spoiled: from here on nobody can look.
        shop.sandbox.fault("cut_before", path="GET /v1/checkout/sessions/*", times=None)
        stop.let_go()
    for worker in shop.workers:
        worker.stop()

    payment = _row(shop, Payment)
    assert (payment.state, payment.received) == ("succeeded", 1740)
    for worker in shop.workers:
        assert "could not be read" not in worker.said(), "the old answer came too late to be believed at all"
    assert buyer.gets(way).headers["Location"].endswith(f"/orders/{way.rsplit('/', 1)[-1]}")
    with shop.database.session() as session:
        assert session.query(Letter).count() == 1


def _all_is_applied(shop):
    """Nothing is left that would look at Stripe again and so repair what an old answer spoiled."""
    shop.sandbox.deliver()
    waiting = _row(shop, StripeEvent, state="received")
    return waiting is None and _row(shop, Order).state == "completed" and _row(shop, Payment).next_try is None


def test_money_that_comes_after_its_stock_was_given_away_sells_nothing_twice(open_crowded):
    """Stripe's answers were lost until Ada's hold had ended; she paid all the same, and Bo has the last piece."""
    shop = open_crowded(CAPTURE_POLICY="automatic")
    ada, bo = Buyer(shop, 1), Buyer(shop, 2)
    tea = shop.sells("Tea", stock=1)
    shop.sandbox.fault("cut_after", path="* /v1/checkout/sessions", times=None)
    ada.fills_cart(tea)
    adas = ada.checks_out().headers["Location"]
    assert ada.gets(adas).status_code == 503
    shop.sandbox.advance(660)
    until(lambda: _order(shop, adas).state == "expired", "Ada's hold ends")
    made = next(call for call in shop.sandbox.requests() if call["method"] == "POST")
    assert ada.pays(made["response"]["id"]) == "done"

    bo.fills_cart(tea)
    bos = bo.checks_out().headers["Location"]
    shop.sandbox.heal()
    assert bo.pays(bo.insists(lambda: bo.gets(bos)).headers["Location"]) == "done"
    until(lambda: _order(shop, bos).state == "completed", "Bo's order is paid")
    adas_id = _order(shop, adas).id
    until(lambda: shop.sandbox.advance(61) and _given_back(shop, adas_id) == [1740], "Ada's money is given back")

    with shop.database.session() as session:
        level = session.get_one(StockLevel, tea)
        assert (level.on_hand, level.held) == (0, 0)
    assert _row(shop, Payment, order_id=adas_id).received == 1740
    assert shop.sandbox.totals()["refunded"] == {"eur": 1740}
    assert _order(shop, bos).attention == ""


def _given_back(shop, order_id):
    with shop.database.session() as session:
        done = session.query(Refund).filter_by(order_id=order_id, state="succeeded")
        return [refund.amount for refund in done]


def _order(shop, way):
    return _row(shop, Order, reference=way.rsplit("/", 1)[-1])


def test_two_who_queue_one_letter_at_once_queue_one_row(database):
    """The database itself refuses the second, also of a writer who could not see the first."""
    with database.session() as first, first.begin():
        queue(first, "receipt", "1001", "ada@buyer.example")
    with database.session() as second, pytest.raises(IntegrityError), second.begin():
        second.add(Letter(kind="receipt", key="1001", recipient="ada@buyer.example", message_id="another"))
    with database.session() as session:
        assert session.query(Letter).count() == 1
