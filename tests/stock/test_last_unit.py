"""Many at once for little: what is held and sold never exceeds what is there.

Real threads, real locks, both databases.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from storefront.stock.hold import ShortError, hold, release, take
from storefront.stock.level import StockLevel
from tests.cast import a_product

BUYERS = 50


def at_once(count, act):
    barrier = Barrier(count)

    def one(number):
        barrier.wait(30)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_fifty_want_the_last_one_and_one_gets_it(database):
    with database.session() as session:
        last = a_product(session, "Kiln bowl", stock=1).id
        session.commit()

    def buy(number):
        with database.session() as session:
            try:
                hold(session, number + 1, {last: 1})
            except ShortError as short:
                return f"{short.shortages[0].available} left"
            session.commit()
            return "held"

    answers = at_once(BUYERS, buy)
    assert sorted(answers) == [*["0 left"] * (BUYERS - 1), "held"]
    with database.session() as session:
        level = session.get(StockLevel, last)
        assert (level.on_hand, level.held) == (1, 1)


def test_opposite_orders_releases_and_sales_neither_lock_up_nor_lose_a_piece(database):
    with database.session() as session:
        variants = [a_product(session, f"Thing {number}", stock=6).id for number in range(3)]
        session.commit()

    def live(number):
        chance = random.Random(number)  # noqa: S311 - which of them it is, not a secret
        wanted = dict.fromkeys(chance.sample(variants, k=2), 1)
        with database.session() as session:
            try:
                hold(session, number + 1, wanted)
            except ShortError:
                return {}
            session.commit()
            if chance.random() < 0.5:
                release(session, number + 1)
                session.commit()
                return {}
            take(session, number + 1)
            session.commit()
            return wanted

    sold = at_once(24, live)
    with database.session() as session:
        for variant_id in variants:
            level = session.get(StockLevel, variant_id)
            assert (level.on_hand, level.held) == (6 - sum(one.get(variant_id, 0) for one in sold), 0)
            assert level.on_hand >= 0
