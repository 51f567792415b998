"""A model of a shop's life: whatever buyers, merchants, the Dashboard, the clock and the net do, promises 1 to 4 hold."""

from collections import Counter as Tally
from collections.abc import Callable
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from storefront.payments.refunding import Wish
from storefront.roots.duties import enrol
from tests.fixtures.counter import Counter
from tests.fixtures.sandbox import Sandbox
from tests.model import promises
from tests.model.slate import Slate
from tests.model.street import BUYERS, DAY, HOUR, MINUTE, Street

CARDS = {
    "4242424242424242": 6,
    "4000000000000002": 1,  # declined
    "4000002760003184": 1,  # asks the bank
    "4000000000007726": 2,  # its refunds are pending first
    "4000000000005126": 2,  # its refunds fail later
    "4000000000009235": 1,  # reviewed
}
CALLS = ("* /v1/checkout/sessions*", "POST /v1/payment_intents/*", "POST /v1/refunds", "GET *")
TROUBLES = ("500_before", "500_after", "cut_before", "cut_after", "429")
which = st.integers(0, 20)
who = st.integers(0, BUYERS - 1)
cards = st.sampled_from([card for card, often in CARDS.items() for _ in range(often)])


class Life(RuleBasedStateMachine):
    """Each rule is one thing that somebody does, or that goes wrong."""

    open_street: ClassVar[Callable[[str], Street]]
    seen: ClassVar[Tally[str]] = Tally()
    steps: ClassVar[int] = 0
    runs: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.street: Street | None = None

    @initialize(policy=st.sampled_from(["on_stock_check", "automatic", "on_shipping"]), worked=st.booleans())
    def a_shop_opens(self, policy: str, worked: bool) -> None:
        self.street = type(self).open_street(policy)
        self.somebody_buys(0, 0, 1, "4242424242424242", worked)

    def reference(self, number: int) -> str:
        return self.street.references[number % len(self.street.references)]

    def an_intent(self, number: int) -> str:
        found = self.street.listed("payment_intents")
        return found[number % len(found)]["id"] if found else ""

    @rule(buyer=who, variant=st.integers(0, 2), quantity=st.integers(1, 3))
    def somebody_checks_out(self, buyer: int, variant: int, quantity: int) -> None:
        self.street.check_out(buyer, variant, quantity)

    @rule(number=which)
    def somebody_goes_to_pay(self, number: int) -> None:
        self.street.go_to_pay(self.reference(number))

    @rule(number=which, card=cards, authentication=st.sampled_from(["complete", "complete", "fail", ""]))
    def somebody_pays(self, number: int, card: str, authentication: str) -> None:
        """On any page that was ever opened, also one that no buyer was shown."""
        pages = self.street.listed("checkout/sessions")
        if pages:
            self.street.pay(pages[number % len(pages)]["id"], card, authentication)

    @rule(buyer=who, variant=st.integers(0, 2), quantity=st.integers(1, 3), card=cards, worked=st.booleans())
    def somebody_buys(self, buyer: int, variant: int, quantity: int, card: str, worked: bool) -> None:
        """Straight through, so that runs come to what follows a payment."""
        reference = self.street.check_out(buyer, variant, quantity)
        if reference:
            self.street.go_to_pay(reference)
            self.street.pay_latest(card)
        if worked:
            self.street.catch_up()
            self.street.work()

    @rule(buyer=who, variant=st.integers(0, 2), card=cards)
    def somebody_is_served(self, buyer: int, variant: int, card: str) -> None:
        """More often than hypothesis would have it: only what was sold can be refunded, captured and sent."""
        self.somebody_buys(buyer, variant, 1, card, worked=True)

    @rule(buyer=who, variant=st.integers(0, 2), quantity=st.integers(2, 3))
    def somebody_buys_more(self, buyer: int, variant: int, quantity: int) -> None:
        self.somebody_buys(buyer, variant, quantity, "4242424242424242", worked=False)

    @rule(number=which)
    def a_buyer_cancels(self, number: int) -> None:
        self.street.cancel(self.reference(number))

    @rule(number=which, share=st.sampled_from([0, 0, 10, 50, 100]), pieces=st.integers(0, 2), back=st.integers(0, 2))
    def the_merchant_refunds(self, number: int, share: int, pieces: int, back: int) -> None:
        """All that is left, a share of the total, or pieces of which some go back on the shelf."""

        def wish(order: object) -> Wish:
            wanted = {line.id: min(pieces, line.quantity) for line in order.lines}
            again = {line.id: min(back, line.quantity) for line in order.lines}
            return Wish(amount=order.total * share // 100 or None, pieces=wanted, put_back=again)

        self.street.refund(self.reference(number), wish)

    @rule(number=which, percent=st.sampled_from([100, 100, 60]))
    def the_merchant_captures(self, number: int, percent: int) -> None:
        self.street.capture(self.reference(number), percent)

    @rule(number=which, pieces=st.integers(1, 3))
    def the_merchant_ships(self, number: int, pieces: int) -> None:
        self.street.ship(self.reference(number), pieces)

    @rule(number=which)
    def the_merchant_calls_off(self, number: int) -> None:
        self.street.call_off(self.reference(number))

    @rule(number=which)
    def the_merchant_asks_anew(self, number: int) -> None:
        """For a lapsed hold, or for what was left out; most orders have neither, and the shop says so."""
        self.street.ask_anew(self.reference(number))

    @rule(buyer=who, variant=st.integers(0, 2), lapse=st.booleans(), card=cards)
    def the_buyer_pays_by_a_new_link(self, buyer: int, variant: int, lapse: bool, card: str) -> None:
        """Of an order just placed the hold lapses, or one piece is sent; what is unpaid then is asked for and paid."""
        self.somebody_buys(buyer, variant, 2, "4242424242424242", worked=True)
        reference = self.street.references[-1]
        if lapse:
            self.street.counter.sandbox.advance(7 * DAY + MINUTE)
        else:
            self.street.ship(reference, 1)
        self.street.catch_up()
        self.street.work()
        asked = self.street.ask_anew(reference)
        type(self).seen["payments asked for anew"] += bool(asked)
        if asked:
            self.street.go_to_pay(asked)
            self.street.pay_latest(card)

    @rule(number=which, amount=st.sampled_from([100, 333, 1740]))
    def the_dashboard_refunds(self, number: int, amount: int) -> None:
        self.street.dashboard("refunds", payment_intent=self.an_intent(number), amount=amount)

    @rule(number=which, amount=st.sampled_from([None, 500]))
    def the_dashboard_captures(self, number: int, amount: int | None) -> None:
        self._by_hand(number, "capture", {"amount_to_capture": amount} if amount else {})

    @rule(number=which)
    def the_dashboard_cancels(self, number: int) -> None:
        self._by_hand(number, "cancel", {})

    def _by_hand(self, number: int, what: str, parameters: dict[str, int]) -> None:
        found = self.street.listed("payment_intents")
        if found:
            intent = found[number % len(found)]
            self.street.by_hand.add(intent["metadata"]["order"])
            self.street.dashboard(f"payment_intents/{intent['id']}/{what}", **parameters)

    @rule(seconds=st.sampled_from([5, MINUTE, 11 * MINUTE, 40 * MINUTE, 3 * HOUR, 26 * HOUR, 4 * DAY, 7 * DAY]))
    def time_goes_on(self, seconds: int) -> None:
        self.street.counter.sandbox.advance(seconds)

    @rule(do=st.sampled_from(TROUBLES), path=st.sampled_from(CALLS), times=st.integers(1, 3))
    def stripe_stumbles(self, do: str, path: str, times: int) -> None:
        self.street.counter.sandbox.fault(do, where="request", path=path, times=times)

    @rule(do=st.sampled_from(["drop", "delay", "repeat", "reorder", "fail"]), times=st.integers(1, 8))
    def deliveries_go_wrong(self, do: str, times: int) -> None:
        self.street.counter.sandbox.fault(do, where="delivery", times=times, seconds=90)

    @rule(mode=st.sampled_from(["ok", "451", "550", "down", "cut_after_data"]))
    def the_mail_server_changes(self, mode: str) -> None:
        self.street.counter.sandbox.mailserver(mode)

    @rule(number=which)
    def stripe_sends_an_event_again(self, number: int) -> None:
        events = self.street.listed("events")
        if events:
            self.street.counter.sandbox.resend(events[number * 3 % len(events)]["id"])

    @rule(rounds=st.integers(1, 4))
    def the_worker_does_a_little(self, rounds: int) -> None:
        self.street.work(rounds)

    @rule()
    def the_worker_works(self) -> None:
        self.street.catch_up()
        self.street.work()
        promises.one_page(self.street)

    @rule()
    def the_shop_reconciles(self) -> None:
        self.street.reconcile()

    def check_invariants(self, *arguments: object, **named: object) -> None:
        super().check_invariants(*arguments, **named)
        if self.street is not None:
            promises.never_oversold(self.street)
            type(self).steps += 1

    def teardown(self) -> None:
        if self.street is None:
            return
        try:
            self.street.drain()
            self._note(promises.hold(self.street))
        finally:
            type(self).runs += 1

    def _note(self, found: promises.Evidence) -> None:
        seen = type(self).seen
        seen.update(f"orders {order.state}" for order in found.orders)
        seen.update(f"refunds {row.state}{' of the Dashboard' if row.by == 'stripe' else ''}" for row in found.rows)
        seen.update(f"intents {one['status']}" for intents in found.intents.values() for one in intents)
        seen.update(f"letters {letter.kind}" for letter in found.letters)
        seen["orders left to a person"] += sum(bool(order.attention) for order in found.orders)
        seen["orders shipped"] += sum(bool(order.shipped) for order in found.orders)


@pytest.fixture
def life(open_counter_on, stripe_sandbox, switchboard, tmp_path, request) -> Callable[[str], type[Life]]:
    """`life(engine)`: the model on a database of this kind, which every run finds empty. One shop for each policy."""

    def model(engine: str) -> type[Life]:
        slate: Slate = request.getfixturevalue(f"{engine}_slate")
        shops: dict[str, Counter] = {}

        def open_street(policy: str) -> Street:
            days_later(stripe_sandbox)
            for shop in shops.values():
                shop.let_go()
            slate.wipe()
            if policy not in shops:
                shops[policy] = open_counter_on(slate.database, CAPTURE_POLICY=policy)
            switchboard.app = shops[policy].app
            enrol(shops[policy].sessions)
            return Street(shops[policy])

        return type(f"LifeOn{engine}", (Life,), {"open_street": staticmethod(open_street), "seen": Tally()})

    return model


def days_later(sandbox: Sandbox) -> None:
    """Nothing of the last run is under way, and the mailbox is empty."""
    sandbox.fault("drop", where="delivery", times=None)
    sandbox.advance(8 * DAY)
    sandbox.deliver()
    sandbox.heal()
    sandbox.empty_mailbox()


def lives(model: type[Life], runs: int, steps: int, *, random: bool) -> None:
    run_state_machine_as_test(
        model,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            derandomize=not random,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_forty_lives_of_a_shop(life):
    model = life("sqlite")
    lives(model, 40, 12, random=False)
    assert model.runs >= 40
    assert model.seen["orders completed"] >= 20, model.seen


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_two_hundred_and_fifty_long_lives(life, engine, record_property):
    """Five hundred runs and more than twenty thousand steps, half on each database."""
    model = life(engine)
    lives(model, 250, 55, random=True)
    record_property("seen", dict(sorted(model.seen.items())))
    assert model.runs >= 250
    assert model.steps >= 10_000
    assert min(model.seen[f"orders {state}"] for state in ("completed", "expired", "cancelled")) >= 50, model.seen
    assert model.seen["payments asked for anew"] >= 20, model.seen
