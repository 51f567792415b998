"""`flask connect`: the endpoint and the portal are made once, mended when something is missing, and problems named."""

import pytest
import requests


@pytest.fixture
def connect(counter):
    """Runs the command; answers its exit code and what it said."""

    def run():
        result = counter.app.test_cli_runner().invoke(args=["connect"])
        return result.exit_code, result.output

    return run


def at_stripe(counter, method, path="", **data):
    """The answer of Stripe's webhook endpoints."""
    url = f"{counter.sandbox.url}/v1/webhook_endpoints{path}"
    answer = requests.request(method, url, data=data, auth=(counter.till.settings.stripe_secret_key, ""), timeout=60)
    answer.raise_for_status()
    return answer.json()


def endpoints(counter, site):
    return [one for one in at_stripe(counter, "GET")["data"] if one["url"] == f"{site}/webhooks/stripe"]


def test_what_is_there_is_kept(counter, connect):
    code, said = connect()
    again = connect()

    assert code == 0, said
    assert "enabled, with every event" in said
    assert "Customer portal" in said
    assert again[0] == 0
    assert len(endpoints(counter, counter.url)) == 1


def test_d6_an_endpoint_that_lacks_events_is_mended(counter, connect):
    [endpoint] = endpoints(counter, counter.url)
    at_stripe(counter, "POST", f"/{endpoint['id']}", **{"enabled_events[0]": "charge.succeeded"})

    code, said = connect()

    at_stripe(counter, "POST", f"/{endpoint['id']}", **{"enabled_events[0]": "*"})
    assert code == 0, said
    assert "checkout.session.completed" in said


def test_an_endpoint_is_made_and_its_secret_shown_once(open_counter):
    counter = open_counter(SITE_URL="http://127.0.0.1:1")

    result = counter.app.test_cli_runner().invoke(args=["connect"])

    assert result.exit_code == 0, result.output
    assert "STRIPE_WEBHOOK_SECRET=whsec_" in result.output
    [made] = endpoints(counter, "http://127.0.0.1:1")
    at_stripe(counter, "DELETE", f"/{made['id']}")


def test_stripe_out_of_reach_is_said_in_a_sentence(counter, connect):
    counter.sandbox.fault("cut_before", path="*", times=None)

    code, said = connect()

    assert code == 1
    assert "cannot be reached" in said
