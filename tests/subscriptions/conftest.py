"""A Stripe of their own, whose clock these tests move by months, and a club to subscribe to."""

from collections.abc import Callable, Iterator

import pytest

from tests.fixtures.counter import Counter, Switchboard
from tests.fixtures.lending import Lender
from tests.fixtures.sandbox import Sandbox
from tests.subscriptions.club import MONTHLY, Club

PORTAL = {
    "features[invoice_history][enabled]": "true",
    "features[payment_method_update][enabled]": "true",
    "features[subscription_cancel][enabled]": "true",
    "features[subscription_cancel][mode]": "at_period_end",
    "features[subscription_pause][enabled]": "true",
    "business_profile[headline]": "The test shop",
}


@pytest.fixture(scope="session")
def sandboxes(switchboard: Switchboard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lender]:
    lender = Lender(lambda: Sandbox(tmp_path_factory.mktemp("subscribers"), switchboard.port))
    yield lender
    lender.close()


@pytest.fixture
def stripe_sandbox(sandboxes: Lender) -> Sandbox:
    """With a customer portal."""
    sandbox = sandboxes.lend()
    address = f"{sandbox.url}/v1/billing_portal/configurations"
    sandbox.http.post(address, data=PORTAL, auth=("sk_test_of_the_tests", ""), timeout=60).raise_for_status()
    return sandbox


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


@pytest.fixture
def tea(club: Club) -> int:
    """A box every month, for 9 euros."""
    return club.counter.sells("Tea box", price=900, stock=20, plan=MONTHLY)
