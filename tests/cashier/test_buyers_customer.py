"""Who is signed in is one customer at Stripe, whatever is pressed twice, lost, deleted there or brought from the other mode."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import update

from storefront.buyers.buyer import Buyer
from storefront.catalog.plan import Terms
from storefront.payments.command import StripeCommand
from tests.cast import ADA
from tests.client import Client
from tests.shopfront.signing_in import sign_in


@pytest.fixture
def tea(counter):
    return counter.sells("Tea", stock=50)


@pytest.fixture
def ada(counter):
    """Ada's browser, signed in; she has bought nothing that she need be a customer for."""
    with counter.sessions.begin() as session:
        session.add(Buyer(email=ADA, name="Ada Field"))
    return sign_in(counter)


def page(counter, reference):
    """The order's Checkout Session as Stripe has it."""
    session_id = counter.page_of(reference)
    return next(one for one in counter.at_stripe("checkout/sessions") if one["id"] == session_id)


def customers(counter):
    """Those whom this shop made, newest first."""
    return [one["id"] for one in counter.at_stripe("customers")]


def buyer(counter):
    with counter.sessions() as session:
        return session.query(Buyer).filter_by(email=ADA).one()


def makings(counter):
    """The commands that make customers: attempts and states."""
    with counter.sessions() as session:
        rows = session.query(StripeCommand).filter_by(verb="make_customer").all()
    return [(row.attempt, row.state) for row in rows]


def at_the_api(counter, method, path, key="", **fields):
    key = key or counter.till.settings.stripe_secret_key
    answer = requests.request(method, f"{counter.sandbox.url}/v1/{path}", data=fields, auth=(key, ""), timeout=30)
    answer.raise_for_status()
    return answer.json()


def test_the_customer_is_made_once_and_met_again_by_who_is_signed_in_only(counter, tea, ada):
    guest = page(counter, counter.checks_out(tea, client=Client(counter.app)))
    assert (guest["customer"], customers(counter)) == (None, [])

    first = counter.checks_out(tea, client=ada)
    session = page(counter, first)
    [customer] = customers(counter)
    assert (session["customer"], session["customer_details"]["email"]) == (customer, ADA)
    counter.pays(session["id"], email="somebody@else.example")
    counter.work()
    order = counter.order(first)
    assert (order.email, order.buyer_id, buyer(counter).stripe_customer) == (ADA, buyer(counter).id, customer)
    learnt = at_the_api(counter, "GET", f"customers/{customer}")
    assert (learnt["name"], learnt["shipping"]["address"]["line1"]) == ("Ada Field", "Gartenweg 4")

    at_the_api(counter, "POST", f"customers/{customer}", email="moved@buyer.example")
    moved = counter.checks_out(tea, client=ada)
    counter.pays(counter.page_of(moved))
    counter.work()
    order = counter.order(moved)
    assert (order.email, order.buyer_id) == ("moved@buyer.example", buyer(counter).id)

    second = counter.checks_out(tea, client=ada)
    mine = page(counter, second)
    assert (mine["customer"], customers(counter)) == (customer, [customer])
    ada.submit(ada.get("/account"), "Sign out")
    assert counter.checks_out(client=ada) == second
    anybodys = page(counter, second)
    assert (anybodys["customer"], anybodys["customer_details"]) == (None, None), "a stranger sees Ada's page"
    assert at_the_api(counter, "GET", f"checkout/sessions/{mine['id']}")["status"] == "expired"
    assert makings(counter) == [(1, "done")]


def test_two_tabs_with_two_carts_and_a_lost_answer_make_one_customer(counter, tea, ada):
    other = sign_in(counter)
    orders = [counter.checks_out(tea, client=browser) for browser in (ada, other)]
    assert orders[0] != orders[1]
    counter.sandbox.fault("cut_after", where="request", path="POST /v1/customers", times=1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(counter.goes_to_pay, orders * 2))
    counter.sandbox.advance(70)
    counter.work()

    [customer] = customers(counter)
    assert {page(counter, reference)["customer"] for reference in orders} == {customer}
    assert makings(counter) == [(1, "done")]


def deleted_unheard(counter, customer):
    counter.sandbox.fault("drop", where="delivery", times=None)
    at_the_api(counter, "DELETE", f"customers/{customer}")


def deleted_and_told(counter, customer):
    at_the_api(counter, "DELETE", f"customers/{customer}")
    counter.work()


def of_the_other_mode(counter, customer):
    """As in a database that came from a shop with a live key."""
    live = at_the_api(counter, "POST", "customers", "sk_live_of_another_time", email=ADA)["id"]
    with counter.sessions.begin() as session:
        session.execute(update(Buyer).where(Buyer.stripe_customer == customer).values(stripe_customer=live))


@pytest.mark.parametrize("goes", [deleted_unheard, deleted_and_told, of_the_other_mode])
def test_b24_a_customer_whom_stripe_does_not_have_is_made_anew_once(counter, tea, ada, goes):
    counter.pays(page(counter, counter.checks_out(tea, client=ada))["id"])
    counter.work()
    before = buyer(counter).stripe_customer
    goes(counter, before)
    since = len(counter.sandbox.requests())

    reference = counter.checks_out(tea, client=ada)
    session = page(counter, reference)

    asked = counter.sandbox.requests(since)
    made = [call["response"]["id"] for call in asked if (call["method"], call["path"]) == ("POST", "/v1/customers")]
    opened = [call["status"] for call in asked if (call["method"], call["path"]) == ("POST", "/v1/checkout/sessions")]
    if goes is deleted_and_told:
        assert (made, opened) == ([], [200]), "the event has led to the new customer already"
    else:
        assert (len(made), opened) == (1, [400, 200])
    assert session["customer"] == buyer(counter).stripe_customer != before
    with counter.sessions() as database:
        [row] = database.query(StripeCommand).filter_by(verb="make_customer").all()
    assert (row.attempt, row.state, row.response["id"]) == (2, "done", session["customer"])
    counter.sandbox.heal()
    counter.pays(session["id"])
    counter.work()
    assert "Paid. Thank you!" in counter.reads(reference)
    assert page(counter, counter.checks_out(tea, client=ada))["customer"] == session["customer"]
    assert makings(counter) == [(2, "done")]


def test_b24_only_a_missing_customer_makes_another(counter, ada):
    """A price that is gone is said to be missing in the same words."""
    club = counter.sells("Tea club", stock=9, plan=Terms("month"))
    counter.page_of(counter.checks_out(club, client=ada))
    with counter.sessions.begin() as session:
        session.query(StripeCommand).filter_by(verb="make_price").one().response = {"id": "price_gone"}
    before = buyer(counter).stripe_customer
    ada.post("/cart/lines", {"variant": club, "quantity": 1})

    answer = counter.goes_to_pay(counter.checks_out(club, client=ada))

    assert answer.status_code == 409
    assert "No such price" in answer.text
    assert (buyer(counter).stripe_customer, makings(counter)) == (before, [(1, "done")])


def test_who_subscribed_as_a_guest_stays_that_customer_once_the_address_is_proved(counter, tea):
    club = counter.sells("Tea club", stock=9, plan=Terms("month"))
    session_id = counter.page_of(counter.checks_out(club, client=Client(counter.app)))
    subscriber = counter.pays(session_id)["session"]["customer"]
    counter.work()
    assert buyer(counter).stripe_customer is None, "nobody has proved to read mail there"

    session = page(counter, counter.checks_out(tea, client=sign_in(counter)))

    assert session["customer"] == subscriber == buyer(counter).stripe_customer
    assert makings(counter) == []
