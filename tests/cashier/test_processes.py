"""Webhooks met by real processes: at the same moment, in a burst, and by ones that are killed half way."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from sqlalchemy import func, select

from storefront.inbox.event import StripeEvent
from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.stock.level import StockLevel
from tests.cashier.postbag import an_event, events_at, only, post, signature, written
from tests.fixtures.running import until
from tests.fixtures.shop import Shop

KEY = "sk_test_of_the_tests"


def checked_out(shop: Shop, variant: int) -> tuple[str, str]:
    """Ada goes as far as Stripe's page: the order's reference and the session's id."""
    ada = requests.Session()
    browser: dict[str, Any] = {
        "headers": {"Sec-Fetch-Site": "same-origin", "Origin": shop.url},
        "allow_redirects": False,
        "timeout": 30,
    }
    ada.post(f"{shop.url}/cart/lines", {"variant": variant, "quantity": 1}, **browser)
    answer = ada.post(f"{shop.url}/checkout", {"country": "DE"}, **browser)
    reference = answer.headers["Location"].rsplit("/", 1)[-1]
    page = ada.get(f"{shop.url}/pay/{reference}", allow_redirects=False, timeout=30)
    return reference, page.headers["Location"].rsplit("/", 1)[-1]


def paid_unheard(shop: Shop) -> tuple[str, list[dict[str, Any]]]:
    """One order with Stripe's money and none of its events: the reference and the events."""
    shop.sandbox.fault("drop", where="delivery", times=None)
    reference, session_id = checked_out(shop, shop.sells(stock=10))
    shop.sandbox.pay(
        session_id, shipping_name="Ada Field", line1="Gartenweg 4", city="Berlin", postal_code="10115", country="DE"
    )
    return reference, events_at(shop.sandbox.url, session_id, KEY)


def received(shop: Shop, event: dict[str, Any]) -> list[StripeEvent]:
    """Its rows in the inbox."""
    with shop.database.session() as session:
        return list(session.scalars(select(StripeEvent).where(StripeEvent.event_id == event["id"])))


def is_paid(shop: Shop, reference: str) -> bool:
    """Whether the buyer's page says so."""
    return "Paid. Thank you!" in requests.get(f"{shop.url}/orders/{reference}", timeout=60).text


def assert_paid_once(shop: Shop, reference: str) -> None:
    """Waits until the buyer reads it and the letter is there; then everything must have happened once."""
    until(lambda: is_paid(shop, reference), "the order page says paid", 120)
    until(shop.sandbox.mails, "the receipt arrives")
    with shop.database.session() as session:
        order = session.scalars(select(Order).where(Order.reference == reference)).one()
        entries = session.scalars(select(LedgerEntry)).all()
        level = session.scalars(select(StockLevel)).one()
    totals = shop.sandbox.totals()
    assert totals["succeeded"] == {"eur": order.total}
    assert (totals["payment_intents"], totals["charges"], totals["refunded"]) == (1, 1, {})
    assert [entry.amount for entry in entries] == [order.total]
    assert (level.on_hand, level.held) == (9, 0)
    assert len(shop.sandbox.mails()) == 1


def test_a2_twenty_deliveries_of_one_event_at_the_same_moment(open_shop, database):
    shop = open_shop(database, webs=2, workers=0)
    reference, events = paid_unheard(shop)
    event = only(events, "checkout.session.completed")
    body = written(event)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(shop.url, body, signature(body)).status_code, range(20)))

    assert answers == [200] * 20
    assert len(received(shop, event)) == 1
    shop.start_worker(WORKER_NAME="one")
    shop.start_worker(WORKER_NAME="two")
    assert_paid_once(shop, reference)


def test_a27_a_burst_of_sixteen_writers_on_sqlite(open_shop, sqlite):
    shop = open_shop(sqlite, webs=2, workers=1)
    events = [an_event("charge.succeeded", object="charge") for _ in range(64)]

    def send(event: dict[str, Any]) -> int:
        body = written(event)
        return post(shop.url, body, signature(body)).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, events))

    assert answers == [200] * 64

    def states() -> dict[str, int]:
        with shop.database.session() as session:
            mine = select(StripeEvent.state, func.count()).where(
                StripeEvent.event_id.in_([event["id"] for event in events])
            )
            return dict(session.execute(mine.group_by(StripeEvent.state)).all())

    until(lambda: states() == {"ignored": 64}, "the worker has read them all while they came in", 60)
    assert "locked" not in shop.webs[0].said() + shop.workers[0].said()


def test_a29_the_worker_dies_after_it_claimed_the_event(open_shop, database):
    """On PostgreSQL another worker takes over once the lease ends; on SQLite the same one comes back at once."""
    shop = open_shop(database, workers=0)
    reference, events = paid_unheard(shop)
    event = only(events, "payment_intent.amount_capturable_updated")
    shop.sandbox.fault("slow", where="request", path="GET /v1/checkout/sessions/*", seconds=6, times=1)
    body = written(event)
    assert post(shop.url, body, signature(body)).status_code == 200
    first = shop.start_worker(WORKER_NAME="first")
    until(lambda: received(shop, event)[0].claimed_by == "first", "the worker has claimed it")
    until(lambda: shop.sandbox.faults()[-1]["hits"], "the worker waits for Stripe")
    first.kill()

    [claimed] = received(shop, event)
    assert (claimed.state, claimed.claimed_by) == ("received", "first")
    if database.engine.dialect.name == "postgresql":
        shop.start_worker(WORKER_NAME="second")
        shop.sandbox.advance(61)
    else:
        first.start()

    assert_paid_once(shop, reference)
    assert received(shop, event)[0].state == "applied"


def test_a31_the_process_that_answered_dies_and_nobody_was_told(open_shop, postgres):
    """The row is the queue: no push can be lost, and a worker that starts an hour later finds it."""
    shop = open_shop(postgres, workers=0)
    reference, events = paid_unheard(shop)
    event = only(events, "checkout.session.completed")
    body = written(event)
    assert post(shop.url, body, signature(body)).status_code == 200
    shop.webs[0].kill()

    assert received(shop, event)[0].state == "received"
    shop.sandbox.advance(3600)
    shop.start_worker()
    until(lambda: received(shop, event)[0].state == "applied", "a worker finds what nobody told it of")
    shop.start_web()
    assert_paid_once(shop, reference)
