"""Fifty buyers want the last unit in the same moment; rate limits are on, each buyer has an address of their own."""

from functools import partial

from storefront.orders.order import Order
from storefront.stock.hold import StockHold
from storefront.stock.level import StockLevel
from tests.fixtures.running import until
from tests.pages import check
from tests.races.crowd import Buyer, at_once

KIND = ("somebody else", "sold out", "being paid")


def test_one_is_sent_to_pay_and_the_others_are_told_kindly(crowded):
    tea = crowded.sells("Tea", stock=1)
    buyers = [Buyer(crowded, number) for number in range(50)]
    assert [answer.status_code for answer in at_once([partial(one.fills_cart, tea) for one in buyers])] == [303] * 50

    answers = at_once([one.checks_out for one in buyers])

    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 49
    for answer in answers:
        if answer.status_code == 409:
            page = check(answer.text, "/checkout", dict(answer.headers))
            assert any(word in page.words("main").lower() for word in KIND), page.words("main")
    [winner] = [place for place, answer in enumerate(answers) if answer.status_code == 303]
    page = buyers[winner].gets(answers[winner].headers["Location"])
    assert page.status_code == 303
    assert page.headers["Location"].startswith(f"{crowded.sandbox.url}/c/cs_")
    assert _stock(crowded, tea) == (1, 1, 1)

    assert buyers[winner].pays(page.headers["Location"]) == "done"

    until(lambda: _orders(crowded) == ["completed"], "the order is paid")
    assert _stock(crowded, tea) == (0, 0, 0)
    assert crowded.sandbox.totals()["captured"] == {"eur": 1740}


def _stock(shop, variant):
    """On hand, held by the books, and held by the holds."""
    with shop.database.session() as session:
        level = session.get_one(StockLevel, variant)
        holds = session.query(StockHold).filter_by(variant_id=variant, state="held")
        return level.on_hand, level.held, sum(hold.quantity for hold in holds)


def _orders(shop):
    with shop.database.session() as session:
        return [order.state for order in session.query(Order)]
