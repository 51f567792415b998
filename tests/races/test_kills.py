"""SIGKILL of web and worker at named points while people buy: afterwards nothing is lost and nothing is doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest

from storefront.payments.command import Verb
from tests.fixtures.database import Database
from tests.fixtures.shop import Shop
from tests.races.books import agree, come_to_rest
from tests.races.crowd import Buyer
from tests.races.gate import MailGate, StripeGate
from tests.races.points import A, B, C, D, Scene, kill_at

SHORT = [(B, Verb.OPEN_SESSION), (A, Verb.CAPTURE), (C, Verb.CAPTURE), (D, Verb.CAPTURE)]
EVERY = [*SHORT, (A, Verb.OPEN_SESSION), (B, Verb.CAPTURE), (C, Verb.OPEN_SESSION)]
LEASE = 61
STOCK = 5000


@pytest.fixture
def scene(request: pytest.FixtureRequest, open_shop: Callable[..., Shop]) -> Iterator[Callable[[Database], Scene]]:
    opened: list[Scene] = []

    def open_one(database: Database) -> Scene:
        shop = open_shop(database, webs=0, workers=0, TRUSTED_PROXIES="1")
        scene = Scene(shop, StripeGate(shop.sandbox.port), MailGate(shop.sandbox.smtp_port))
        opened.append(scene)
        shop.environment |= {"STRIPE_API_BASE": scene.stripe.url, "SMTP_PORT": str(scene.mail.port)}
        shop.start_web()
        shop.start_worker()
        return scene

    yield open_one
    for scene in opened:
        scene.stripe.close()
        scene.mail.close()


def run(scene: Scene, kills: list[tuple[str, Verb]], purchases: int) -> None:
    """As many purchases as are said, some at a time, with a kill in each batch."""
    shop = scene.shop
    tea = shop.sells("Tea", price=1250, stock=STOCK)
    bought: dict[str, int] = {}
    hits: Counter[str] = Counter()
    batch = purchases // len(kills)
    with ThreadPoolExecutor(4) as people:
        for turn, (point, verb) in enumerate(kills):
            wanted = {turn * batch + place: place % 3 + 1 for place in range(batch)}
            with kill_at(scene, point, verb):
                buying = {people.submit(Buyer(shop, one).buys, tea, many): many for one, many in wanted.items()}
            hits[point] += 1
            victim = scene.victim(verb if point != D else "letter")
            victim.start()
            shop.webs[0].wait_until_it_answers(f"{shop.url}/healthz")
            shop.sandbox.advance(LEASE)
            bought |= {one.result(90): many for one, many in buying.items()}
    come_to_rest(shop, purchases)
    agree(shop, bought, {tea: STOCK})
    assert set(hits) == {A, B, C, D}
    assert sum(hits.values()) == len(kills)


def test_four_kills_in_forty_purchases(scene, sqlite):
    run(scene(sqlite), SHORT, 40)


@pytest.mark.long
def test_twenty_kills_in_two_hundred_purchases(scene, database):
    run(scene(database), list(islice(cycle(EVERY), 20)), 200)
