"""A Stripe of their own, whose clock these tests move by months, and a club to subscribe to."""

from collections.abc import Callable, Iterator

import pytest

from tests.fixtures.counter import Counter, Switchboard
from tests.fixtures.sandbox import Sandbox
from tests.subscriptions.club import Club


@pytest.fixture(scope="session")
def stripe_sandbox(switchboard: Switchboard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("subscribers"), switchboard.port)
    yield sandbox
    sandbox.process.stop()


@pytest.fixture
def open_club(open_counter: Callable[..., Counter]) -> Iterator[Callable[..., Club]]:
    """`open_club(**settings)`; what still runs in the end is ended, so that it does not renew in the next test."""
    clubs: list[Club] = []

    def open_one(**settings: str) -> Club:
        clubs.append(Club(open_counter(**settings)))
        return clubs[-1]

    yield open_one
    for club in clubs:
        club.close()


@pytest.fixture
def club(open_club: Callable[..., Club]) -> Club:
    """On each database."""
    return open_club()
