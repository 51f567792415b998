"""The books: what the shop believes against what Stripe has, to the cent; named, repaired, and then equal."""

import re
from itertools import count

import pytest
import requests
from sqlalchemy import delete, select, update

from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.payments.payment import Payment
from storefront.reports.check import BooksCheck
from tests.cashier.evidence import assert_paid_once, evidence
from tests.cashier.postbag import hold_back
from tests.client import Client

VISITORS = count()
"""Each from an address of her own: no shop lets one visitor check out 40 times a minute."""


@pytest.fixture
def books(counter):
    """Runs the command; answers its exit code and its lines, without the progress."""

    def run(*options):
        result = counter.app.test_cli_runner().invoke(args=["books", *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout.splitlines(), result.stderr

    return run


def differences(lines):
    return [line for line in lines if line.startswith("Order ")]


def paid_in_silence(counter, variant):
    """A buyer of her own pays, and no word of it reaches the shop."""
    address = f"10.0.{next(VISITORS) // 250}.{next(VISITORS) % 250}"
    buyer = Client(counter.app, address)
    reference = counter.checks_out(variant, client=buyer)
    answer = buyer.raw.get(f"/pay/{reference}", base_url=counter.url, environ_overrides={"REMOTE_ADDR": address})
    counter.pays(answer.headers["Location"].rsplit("/", 1)[-1])
    return reference


def all_dropped(counter, books, orders):
    """The story of so many orders whose every webhook is lost."""
    hold_back(counter)
    variant = counter.sells(stock=orders + 5)
    references = [paid_in_silence(counter, variant) for _ in range(orders)]

    code, lines, said = books()
    assert code == 1
    assert len(differences(lines)) == orders
    intents = {intent["metadata"]["order"]: intent["id"] for intent in counter.at_stripe(limit=100)}
    for line in differences(lines):
        number = re.match(r"Order (\S+):", line)[1]
        assert intents.get(number, "pi_") in line, "named by order number and by Stripe's id"
    assert f"{orders} differences" in said

    code, lines, said = books("--repair")
    assert (code, differences(lines)) == (0, []), said
    assert f"{orders} differences found, {orders} repaired." in lines
    counter.work(deliver=False)

    found = [evidence(counter, reference) for reference in references[:: max(1, orders // 20)]]
    totals = {counter.order(reference).total for reference in references}
    assert len(totals) == 1
    assert {one.state for one in found} == {"completed"}
    assert {one.shelf[0] for one in found} == {(5, 0)}
    assert {tuple(amount for _, amount in one.ledger) for one in found} == {(totals.pop(),)}
    assert {one.letters for one in found} == {1}
    assert len(counter.letters("receipt")) == orders

    asked = len([one for one in counter.sandbox.requests() if one["method"] == "POST"])
    code, lines, said = books("--repair")
    counter.work(deliver=False)
    assert code == 0
    assert "0 differences found, 0 repaired." in lines
    assert len([one for one in counter.sandbox.requests() if one["method"] == "POST"]) == asked
    assert [evidence(counter, reference) for reference in references[:: max(1, orders // 20)]] == found
    assert len(counter.letters()) == orders


def test_f8_all_webhooks_dropped(counter, books):
    all_dropped(counter, books, 40)


@pytest.mark.long
def test_f8_all_webhooks_of_two_hundred_orders_dropped(counter, books):
    all_dropped(counter, books, 200)


def test_f8_equal_books_are_equal(counter, books):
    total = counter.order(counter.buys(counter.sells())).total
    assert total == 1740

    code, lines, _ = books()

    assert (code, lines) == (
        0,
        [
            "received EUR: ours €17.40, Stripe's €17.40",
            "refunded EUR: ours €0.00, Stripe's €0.00",
            "disputed EUR: ours €0.00, Stripe's €0.00",
            "held EUR: ours €0.00, Stripe's €0.00",
            "No difference in 1 orders.",
        ],
    )


def test_f8_a_lost_entry_is_named_and_written_again(counter, books):
    reference = counter.buys(counter.sells())
    order = counter.order(reference)
    [intent] = counter.at_stripe()
    with counter.sessions.begin() as session:
        session.execute(delete(LedgerEntry))

    code, lines, _ = books()
    assert code == 1
    expected = f"Order {order.number}: Stripe received €17.40 by {intent['id']}, the ledger has €0.00."
    assert differences(lines) == [expected]

    assert books("--repair")[0] == 0
    counter.work()
    assert_paid_once(counter, reference)


def test_f8_a_wrong_entry_is_named_and_left_to_a_person(counter, books):
    counter.buys(counter.sells())
    with counter.sessions.begin() as session:
        session.execute(update(LedgerEntry).values(amount=1741))

    code, lines, said = books("--repair")

    assert code == 1
    assert "the ledger has €17.41" in differences(lines)[0]
    assert "0 repaired" in "".join(lines)
    assert "differences in 1 orders" in said


def test_f8_a_sale_that_stripe_never_saw_is_named(counter, books):
    reference = counter.buys(counter.sells())
    order = counter.order(reference)
    with counter.sessions.begin() as session:
        session.execute(
            update(Payment).values(session_id="cs_test_invented", reference="invented", intent_id="pi_invented")
        )
        session.execute(update(LedgerEntry).values(stripe_id="ch_invented"))

    code, lines, _ = books()

    assert code == 1
    assert f"Order {order.number}: the shop has session cs_test_invented, Stripe has not." in lines
    assert f"Order {order.number}: the ledger has €17.40 of ch_invented, Stripe has not." in lines
    assert any("the shop does not know it" in line for line in lines)


def test_f8_an_order_that_is_paid_by_nothing_is_named(counter, books):
    reference = counter.checks_out(counter.sells())
    with counter.sessions.begin() as session:
        session.scalars(select(Order)).one().state = "completed"

    code, lines, _ = books()

    number = counter.order(reference).number
    assert code == 1
    assert differences(lines) == [f"Order {number}: marked as paid (€17.40), but by no payment."]


def test_a_refund_that_is_not_in_the_ledger_is_named(counter, books):
    reference = counter.buys(counter.sells())
    order = counter.order(reference)
    [intent] = counter.at_stripe()
    hold_back(counter)
    refund = requests.post(
        f"{counter.sandbox.url}/v1/refunds",
        data={"payment_intent": intent["id"], "amount": 500},
        auth=(counter.till.settings.stripe_secret_key, ""),
        timeout=60,
    ).json()

    code, lines, _ = books()

    assert code == 1
    said = f"Stripe has refund {refund['id']} of €5.00 as succeeded, the ledger has €0.00 of it."
    assert differences(lines) == [f"Order {order.number}: {said}"]
    assert "refunded EUR: ours €0.00, Stripe's €5.00" in lines

    assert books("--repair")[0] == 0
    counter.work(deliver=False)
    _, lines, _ = books()
    assert "refunded EUR: ours €5.00, Stripe's €5.00" in lines


def test_an_authorised_payment_is_no_difference_while_the_books_hold_it_too(open_counter):
    counter = open_counter()
    hold_back(counter)
    reference = paid_in_silence(counter, counter.sells())
    counter.sandbox.fault("500_before", where="request", path="POST /v1/payment_intents/*/capture", times=None)
    with counter.sessions.begin() as session:
        for payment in session.query(Payment):
            payment.due_now()
    counter.work(deliver=False)
    assert evidence(counter, reference).intents == [("requires_capture", 0)]

    result = counter.app.test_cli_runner().invoke(args=["books"])

    assert result.exit_code == 0, result.output
    assert "held EUR: ours €17.40, Stripe's €17.40" in result.output


def test_each_run_is_kept_for_the_merchant(counter, books):
    hold_back(counter)
    paid_in_silence(counter, counter.sells())
    books()

    with counter.sessions() as session:
        [row] = session.scalars(select(BooksCheck))
        assert (row.state, row.orders, len(row.differences), row.asked_by) == ("done", 1, 1, "flask books")
        assert row.totals["eur"]["theirs"]["held"] == 1740


def test_stripe_away_is_said_in_a_sentence(counter, books):
    counter.sandbox.fault("500_before", where="request", path="GET /v1/refunds", times=None)

    code, _, said = books()

    assert code == 1
    assert "Stripe could not be read to the end" in said
