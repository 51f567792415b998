"""A shop behind one trusted proxy, on SQLite with one web process and on PostgreSQL with two."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.fixtures.database import Database
from tests.fixtures.shop import Shop
from tests.races.gate import StripeGate

WEBS = {"sqlite": 1, "postgresql": 2}


@pytest.fixture
def open_crowded(open_shop: Callable[..., Shop], database: Database) -> Callable[..., Shop]:
    """`open_crowded(**settings)`. Limits are on; each buyer's address counts for itself."""
    return partial(open_shop, database, webs=WEBS[database.engine.dialect.name], TRUSTED_PROXIES="1")


@pytest.fixture
def crowded(open_crowded: Callable[..., Shop]) -> Shop:
    return open_crowded()


@pytest.fixture
def gated(open_shop: Callable[..., Shop], database: Database) -> Iterator[tuple[Shop, StripeGate]]:
    """`crowded`, and every call to Stripe passes a gate."""
    shop = open_shop(database, webs=0, workers=0, TRUSTED_PROXIES="1")
    gate = StripeGate(shop.sandbox.port)
    shop.environment["STRIPE_API_BASE"] = gate.url
    shop.start_web(processes=WEBS[database.engine.dialect.name])
    shop.start_worker()
    yield shop, gate
    gate.close()
