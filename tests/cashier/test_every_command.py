"""Each instruction to Stripe meets each kind of trouble: in the end there is one effect, under as few keys as can be."""

import pytest

from storefront.payments.command import StripeCommand
from tests.cashier.held import by_hand
from tests.cashier.mira import PASSWORD, mira_at
from tests.cashier.returns import refund
from tests.cast import MIRA
from tests.client import Client

TROUBLES = ("429", "500_before", "500_after", "cut_before", "cut_after", "timeout_before", "timeout_after")
TIMEOUTS = TROUBLES[-2:]


class Bench:
    """A shop with one product; every story is of a new buyer."""

    def __init__(self, counter):
        self.counter = counter
        self.tea = counter.sells("Tea", stock=99)

    def meets(self, do, path):
        self.counter.sandbox.fault(do, where="request", path=path, times=1, seconds=3)

    def checked_out(self):
        return self.counter.checks_out(self.tea, client=Client(self.counter.app))

    def over(self):
        """All retries have been made."""
        self.counter.work()
        for _ in range(3):
            self.counter.sandbox.advance(70)
            self.counter.work()
        assert [fault["hits"] for fault in self.counter.sandbox.faults() if fault["where"] == "request"] in ([], [1])
        self.counter.sandbox.heal()

    def command(self, verb):
        """The newest of this kind; its answer must be there."""
        with self.counter.sessions() as session:
            row = session.query(StripeCommand).filter_by(verb=verb).order_by(StripeCommand.id.desc()).first()
        assert row.state == "done", row.last_error
        return row

    def intent(self, reference):
        number = self.counter.order(reference).number
        [found] = [one for one in self.counter.at_stripe() if one["metadata"]["order"] == number]
        return found


@pytest.fixture
def bench(open_counter):
    return Bench(open_counter(CAPTURE_POLICY="on_shipping"))


def test_c1_c3_c6_c7_a_page_is_opened_once(bench):
    for do in TIMEOUTS:
        reference = bench.checked_out()
        bench.meets(do, "POST /v1/checkout/sessions")
        bench.counter.goes_to_pay(reference)
        bench.over()

        number = bench.counter.order(reference).number
        pages = [one for one in bench.counter.at_stripe("checkout/sessions") if one["metadata"]["order"] == number]
        assert len(pages) == 1, do
        assert bench.command("open_session").attempt == 1


def test_c1_c3_c6_c7_a_page_is_closed_once(bench):
    for do in TROUBLES:
        reference = bench.checked_out()
        session_id = bench.counter.page_of(reference)
        bench.meets(do, "POST /v1/checkout/sessions/*/expire")
        bench.counter.client.post(f"/orders/{reference}/cancellation")
        bench.over()

        assert bench.counter.order(reference).state == "cancelled", do
        [page] = [one for one in bench.counter.at_stripe("checkout/sessions") if one["id"] == session_id]
        assert page["status"] == "expired"
        assert bench.command("expire_session").attempt == 1, do


def test_c1_c3_c6_c7_a_hold_is_released_once(bench):
    for do in TROUBLES:
        reference = bench.checked_out()
        bench.counter.pays(bench.counter.page_of(reference))
        bench.counter.work()
        bench.meets(do, "POST /v1/payment_intents/*/cancel")
        bench.counter.client.post(f"/orders/{reference}/cancellation")
        bench.over()

        assert bench.intent(reference)["status"] == "canceled", do
        assert bench.counter.order(reference).state == "cancelled", do
        assert bench.command("release").attempt == 1, do
    assert len(bench.counter.letters("cancelled")) == len(TROUBLES)


def test_c1_c3_money_is_taken_and_given_back_once(bench):
    mira_at(bench.counter)
    for do in TIMEOUTS:
        mira = Client(bench.counter.app)
        mira.submit(mira.get("/backoffice/session"), "Sign in", email=MIRA, password=PASSWORD)
        reference = bench.checked_out()
        bench.counter.pays(bench.counter.page_of(reference))
        bench.counter.work()
        bench.meets(do, "POST /v1/payment_intents/*/capture")
        number = bench.counter.order(reference).number
        mira.submit(mira.get(f"/backoffice/orders/{number}"), "Capture")
        bench.over()
        assert bench.intent(reference)["amount_received"] == 1740, do
        assert bench.command("capture").attempt == 1

        bench.meets(do, "POST /v1/refunds")
        refund(bench.counter, mira, reference, amount="5.00")
        bench.over()
        [charge] = [one for one in bench.counter.at_stripe("charges") if one["metadata"]["order"] == number]
        assert charge["amount_refunded"] == 500, do
        assert bench.command("refund").attempt == 1


def test_c3_a_stored_failure_is_known_without_a_word_that_it_is_one(bench, choose):
    """The answer comes a second time, under no header that says so: Stripe is read, and not told again."""
    choose({"replay_header": "absent"})
    mira = mira_at(bench.counter)
    reference, unwanted = bench.checked_out(), bench.checked_out()
    bench.meets("500_after", "POST /v1/checkout/sessions/*/expire")
    bench.counter.page_of(unwanted)
    bench.counter.client.post(f"/orders/{unwanted}/cancellation")
    bench.over()
    bench.counter.pays(bench.counter.page_of(reference))
    bench.counter.work()
    number = bench.counter.order(reference).number
    bench.meets("500_after", "POST /v1/payment_intents/*/capture")
    mira.submit(mira.get(f"/backoffice/orders/{number}"), "Capture")
    bench.over()
    bench.meets("500_after", "POST /v1/refunds")
    refund(bench.counter, mira, reference, amount="5.00")
    bench.over()

    assert bench.counter.order(unwanted).state == "cancelled"
    [charge] = [one for one in bench.counter.at_stripe("charges") if one["metadata"]["order"] == number]
    assert (charge["amount_captured"], charge["amount_refunded"]) == (1740, 500)
    assert [bench.command(verb).attempt for verb in ("expire_session", "capture", "refund")] == [1, 1, 1]


def test_c9_what_somebody_did_at_the_dashboard_first_is_as_wished(bench):
    """The hold is let go, and the page closed, before our own command comes."""
    held, unpaid = bench.checked_out(), bench.checked_out()
    bench.counter.pays(bench.counter.page_of(held))
    page = bench.counter.page_of(unpaid)
    bench.counter.work()
    bench.counter.sandbox.fault("drop", where="delivery", times=None)
    by_hand(bench.counter, f"payment_intents/{bench.intent(held)['id']}/cancel")
    by_hand(bench.counter, f"checkout/sessions/{page}/expire")

    for reference in (held, unpaid):
        bench.counter.client.post(f"/orders/{reference}/cancellation")
    bench.over()

    assert [bench.counter.order(one).state for one in (held, unpaid)] == ["cancelled", "cancelled"]
    assert [bench.counter.order(one).attention for one in (held, unpaid)] == ["", ""]
    assert [bench.command(verb).attempt for verb in ("release", "expire_session")] == [1, 1]
