"""The same thing twice, or twenty times, in one moment: an event, a click, a second tab."""

import json
import time
from functools import partial

import requests
import stripe

from storefront.inbox.event import StripeEvent
from storefront.orders.order import Order
from storefront.outbox.letter import Letter
from storefront.payments.payment import Payment
from storefront.stock.hold import StockHold
from tests.fixtures.running import until
from tests.fixtures.sandbox import SECRET
from tests.races.crowd import Buyer, at_once


def test_a2_one_event_posted_twenty_times_at_once(crowded):
    buyer = Buyer(crowded, 1)
    tea = crowded.sells("Tea", stock=10)
    buyer.fills_cart(tea)
    page = buyer.gets(buyer.checks_out().headers["Location"]).headers["Location"]
    crowded.sandbox.fault("drop", where="delivery", times=None)
    assert buyer.pays(page) == "done"
    event = next(one for one in crowded.at_stripe("events") if one["type"] == "checkout.session.completed")
    body = json.dumps(event)
    moment = int(time.time())
    signature = stripe.WebhookSignature._compute_signature(f"{moment}.{body}", SECRET)  # noqa: SLF001 - as Stripe signs
    signed = {"Stripe-Signature": f"t={moment},v1={signature}", "Content-Type": "application/json"}

    answers = at_once([partial(requests.post, f"{crowded.url}/webhooks/stripe", body, headers=signed, timeout=30)] * 20)

    assert {answer.status_code for answer in answers} == {200}
    until(lambda: _count(crowded, Letter, state="sent") == 1, "the receipt is sent")
    assert _count(crowded, StripeEvent, event_id=event["id"]) == 1
    assert _count(crowded, StripeEvent, event_id=event["id"], state="applied") == 1
    assert _count(crowded, Order, state="completed") == _count(crowded, Letter) == 1
    assert len(crowded.sandbox.mails(buyer.email)) == 1


def test_many_clicks_on_checkout_are_one_order(crowded):
    """A restless buyer in many tabs: POST /checkout and then the way to the payment page, each all at once."""
    clicks = 8
    buyer = Buyer(crowded, 1)
    tea = crowded.sells("Tea", stock=clicks)
    buyer.fills_cart(tea)

    placed = at_once([buyer.checks_out] * clicks)
    ways = {answer.headers.get("Location") for answer in placed}
    assert ({answer.status_code for answer in placed}, len(ways)) == ({303}, 1)
    pages = at_once([partial(buyer.gets, ways.pop())] * clicks)

    assert {answer.status_code for answer in pages} == {303}
    assert len({answer.headers["Location"] for answer in pages}) == 1
    assert _count(crowded, Order) == _count(crowded, Payment) == _count(crowded, StockHold, quantity=1) == 1
    assert len(crowded.at_stripe("checkout/sessions")) == 1


def _count(shop, table, **which):
    with shop.database.session() as session:
        return session.query(table).filter_by(**which).count()
