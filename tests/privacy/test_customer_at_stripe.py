"""An erased person's customer at Stripe is deleted, once, whatever gets in between."""

import pytest
import requests

from storefront.buyers.buyer import buyer_of
from storefront.payments.command import StripeCommand

TROUBLES = ("429", "500_before", "500_after", "cut_before", "cut_after", "timeout_after")


@pytest.fixture
def database(sqlite):
    return sqlite


def at_stripe(counter, method, path, **sent):
    key = counter.till.settings.stripe_secret_key
    return requests.request(method, f"{counter.sandbox.url}/v1/{path}", data=sent, auth=(key, ""), timeout=10).json()


def erased(counter, email, customer):
    with counter.sessions.begin() as session:
        buyer_of(session, email, "Wilhelmina Quist").stripe_customer = customer
    answer = counter.app.test_cli_runner().invoke(args=["privacy", "erase", email, "--yes"])
    assert answer.exit_code == 0, answer.output
    counter.work()


def test_the_customer_is_deleted_once_whatever_gets_in_between(counter):
    for do in TROUBLES:
        email = f"{do}@quist.example"
        customer = at_stripe(counter, "POST", "customers", email=email)["id"]
        counter.sandbox.fault(do, where="request", path="DELETE /v1/customers/*", times=1, seconds=6)
        erased(counter, email, customer)
        for _ in range(3):
            counter.sandbox.advance(70)
            counter.work()
        assert [fault["hits"] for fault in counter.sandbox.faults()] in ([], [1]), do
        counter.sandbox.heal()

        assert at_stripe(counter, "GET", f"customers/{customer}").get("deleted") is True, do
        with counter.sessions() as session:
            row = session.query(StripeCommand).filter_by(verb="delete_customer", reference=customer).one()
            assert (row.state, email in str(row.response)) == ("done", False), (do, row.last_error)


def test_one_who_never_was_is_as_good_as_deleted(counter):
    erased(counter, "w@quist.example", "cus_never")
    with counter.sessions() as session:
        assert session.query(StripeCommand).filter_by(reference="cus_never").one().state == "done"
