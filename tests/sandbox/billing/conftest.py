"""A sandbox of its own, whose clock runs on by years, for everything that renews."""

from collections.abc import Iterator

import pytest

from tests.fixtures.sandbox import Sandbox
from tests.sandbox.billing.club import Club
from tests.sandbox.conftest import client_of
from tests.sandbox.listener import Listener
from tests.sandbox.till import Till


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Sandbox]:
    """A sandbox whose clock runs on by years."""
    one = Sandbox(tmp_path_factory.mktemp("years"), listener.port)
    yield one
    one.process.kill()


@pytest.fixture
def till(years: Sandbox, listener: Listener) -> Till:
    return Till(years, client_of(years.url), listener)


@pytest.fixture
def sandbox(years: Sandbox) -> Sandbox:
    """The fixtures that choose variants use this sandbox too."""
    return years


@pytest.fixture
def club(till: Till) -> Iterator[Club]:
    one = Club(till)
    yield one
    for left in till.v1.subscriptions.list({"customer": one.customer.id}).data:
        till.v1.subscriptions.cancel(left.id)
