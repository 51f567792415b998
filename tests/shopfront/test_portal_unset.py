"""An account at Stripe whose customer portal nobody has set up: the page and the command say what to do."""

import re

import pytest

from storefront.catalog.plan import Terms
from tests.fixtures.sandbox import Sandbox
from tests.shopfront.signing_in import sign_in

LIST = "/account/subscriptions"


@pytest.fixture
def database(sqlite):
    return sqlite


@pytest.fixture(scope="module")
def stripe_sandbox(switchboard, tmp_path_factory):
    """One without any portal configuration, as a fresh account is."""
    sandbox = Sandbox(tmp_path_factory.mktemp("stripe"), switchboard.port)
    yield sandbox
    sandbox.process.kill()


def opens(browser, status):
    token = browser.get(LIST).select_one("input[name=csrf_token]")["value"]
    answer = browser.post("/account/portal", {"csrf_token": token}, status=307)
    return browser.post(answer.headers["Location"], status=status)


def test_nothing_is_set_up_then_the_page_and_the_command_say_what_to_do(counter):
    counter.buys(counter.sells("Tea club", stock=5, plan=Terms("month")))
    browser = sign_in(counter)
    text = opens(browser, 503).get_data(as_text=True)
    assert "not set up yet" in text
    assert "flask connect" in text
    assert LIST in text
    said = counter.app.test_cli_runner().invoke(args=["connect"]).output
    assert re.search(r"Customer portal: configuration bpc_\w+ made", said)
    assert "as it should be" in counter.app.test_cli_runner().invoke(args=["connect"]).output
    assert opens(browser, 303).headers["Location"].startswith(f"{counter.sandbox.url}/p/session/")
