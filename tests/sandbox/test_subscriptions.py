"""Subscriptions and invoices through time, in Stripe's order (STRIPE.md sections 8 and 12)."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.fixtures.sandbox import Sandbox
from tests.sandbox.conftest import client_of, judged
from tests.sandbox.listener import Listener
from tests.sandbox.till import Till

DAY, HOUR = 86400, 3600


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Sandbox]:
    """A sandbox whose clock runs on by years; its calls are judged too."""
    one = Sandbox(tmp_path_factory.mktemp("years"), listener.port)
    yield one
    calls = one.requests()
    one.process.stop()
    found = judged(calls, tmp_path_factory.mktemp("referee"))
    assert not found, "\n".join(found)


class Club:
    """A shop with a monthly price of 9 euros and one customer."""

    def __init__(self, till: Till, card: str | None = "pm_card_visa") -> None:
        self.till, self.v1 = till, till.v1
        self.price = self.v1.prices.create(
            {
                "currency": "eur",
                "unit_amount": 900,
                "recurring": {"interval": "month"},
                "product_data": {"name": "Club"},
            }
        )
        self.customer = self.v1.customers.create({"email": "ada@buyer.example"})
        if card:
            self.keep(card)

    def keep(self, card: str) -> None:
        method = self.v1.payment_methods.attach(card, {"customer": self.customer.id})
        self.v1.customers.update(self.customer.id, {"invoice_settings": {"default_payment_method": method.id}})

    def join(self, **more: Any) -> stripe.Subscription:
        params: Any = {"customer": self.customer.id, "items": [{"price": self.price.id}], **more}
        return self.v1.subscriptions.create(params)

    def read(self, subscription: stripe.Subscription) -> stripe.Subscription:
        return self.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice.payments"]})

    def invoices(self, **more: Any) -> list[stripe.Invoice]:
        return list(self.v1.invoices.list({"customer": self.customer.id, **more}).auto_paging_iter())

    def story(self) -> list[stripe.Event]:
        """What was told about this customer within the thirty days that Stripe keeps events, oldest first."""
        told = []
        for event in self.v1.events.list({"limit": 100}).auto_paging_iter():
            thing = event.data.object.to_dict()
            if self.customer.id in (thing.get("id"), thing.get("customer")) or "invoice_payment" in event.type:
                told.append(event)
            if event.type == "customer.created" and thing["id"] == self.customer.id:
                break
        return told[::-1]

    def types(self) -> list[str]:
        return [
            event.type for event in self.story() if not event.type.startswith(("customer.updated", "charge.updated"))
        ]

    def to_the_end(self, subscription: stripe.Subscription) -> None:
        """The clock at the end of the current period."""
        end = self.read(subscription)["items"].data[0].current_period_end
        self.till.sandbox.advance(end - self.till.now())


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


def test_no_trial(club: Club) -> None:
    joined = club.join(expand=["latest_invoice.payments"])
    assert joined.status == "active"
    assert club.types()[2:] == [
        "invoice.created",
        "invoice.finalized",
        "customer.subscription.created",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "customer.subscription.updated",
    ]
    updated = club.story()[-1]
    assert updated.data.previous_attributes.to_dict()["status"] == "incomplete"
    invoice: Any = joined.latest_invoice
    assert (invoice.status, invoice.total, invoice.amount_paid, invoice.attempt_count) == ("paid", 900, 900, 1)
    assert invoice.number.endswith("-0001")
    assert invoice.parent.subscription_details.subscription == joined.id
    payment = invoice.payments.data[0]
    assert (payment.status, payment.amount_paid) == ("paid", 900)
    intent = payment.payment.payment_intent
    found = club.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}}).data
    assert found[0].invoice == invoice.id
    line = invoice.lines.data[0]
    assert line.parent.subscription_item_details.subscription == joined.id
    assert line.pricing.price_details.price == club.price.id


def test_renewal(club: Club) -> None:
    joined = club.join()
    club.to_the_end(joined)
    draft: Any = club.read(joined).latest_invoice
    assert (draft.status, draft.billing_reason) == ("draft", "subscription_cycle")
    assert draft.automatically_finalizes_at == draft.created + HOUR
    club.till.sandbox.advance(HOUR + 1)
    types = club.types()
    assert types[types.index("invoice.upcoming") :] == [
        "invoice.upcoming",
        "customer.subscription.updated",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
    ]
    assert [one.status for one in club.invoices()] == ["paid", "paid"]


def fail_renewal(club: Club) -> stripe.Subscription:
    joined = club.join()
    club.keep("pm_card_chargeCustomerFail")
    club.to_the_end(joined)
    club.till.sandbox.advance(HOUR + 1)
    return joined


def test_failed_renewal_then_recovery(club: Club) -> None:
    joined = fail_renewal(club)
    late = club.read(joined)
    invoice: Any = late.latest_invoice
    assert (late.status, invoice.attempt_count) == ("past_due", 1)
    assert invoice.next_payment_attempt is not None
    types = club.types()
    assert types[types.index("charge.failed") :] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "invoice.updated",
        "customer.subscription.updated",
    ]
    club.keep("pm_card_visa")
    assert club.v1.invoices.pay(invoice.id).status == "paid"
    assert club.read(joined).status == "active"
    assert club.types()[-6:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "customer.subscription.updated",
    ]
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        club.v1.invoices.pay(invoice.id)


@pytest.mark.parametrize(
    ("choice", "status", "last"),
    [
        ("cancel", "canceled", "customer.subscription.deleted"),
        ("unpaid", "unpaid", "customer.subscription.updated"),
        ("past_due", "past_due", "invoice.payment_failed"),
    ],
)
def test_every_retry_fails(
    club: Club, variant: Callable[[str, str], None], choice: str, status: str, last: str
) -> None:
    variant("dunning_end", choice)
    joined = fail_renewal(club)
    failed: Any = club.read(joined).latest_invoice
    club.till.sandbox.advance(15 * DAY)
    ended = club.read(joined)
    invoice = club.v1.invoices.retrieve(failed.id)
    assert (ended.status, invoice.status, invoice.attempt_count) == (status, "open", 8)
    assert invoice.next_payment_attempt is None
    assert club.types()[-1] == last
    assert club.types().count("charge.failed") == 8
    if choice == "cancel":
        assert ended.cancellation_details.reason == "payment_failed"
    if choice == "unpaid":
        club.to_the_end(joined)
        club.till.sandbox.advance(2 * HOUR)
        assert [one.status for one in club.invoices()] == ["draft", "open", "paid"]


def test_written_off_with_the_subscription(club: Club, variant: Callable[[str, str], None]) -> None:
    variant("unpaid_invoice", "uncollectible")
    fail_renewal(club)
    club.till.sandbox.advance(15 * DAY)
    lost = club.invoices()[0]
    assert (lost.status, lost.status_details.uncollectible.reason) == ("uncollectible", "max_payment_attempts")


def test_a_card_that_declines_at_once(till: Till) -> None:
    club = Club(till, "pm_card_chargeCustomerFail")
    joined = club.join()
    assert joined.status == "incomplete"
    with pytest.raises(stripe.CardError, match="declined"):
        club.join(payment_behavior="error_if_incomplete")
    assert [one.id for one in club.v1.subscriptions.list({"customer": club.customer.id}).data] == [joined.id]
    till.sandbox.advance(23 * HOUR + 1)
    assert club.read(joined).status == "incomplete_expired"
    assert club.invoices()[0].status == "void"


def test_no_card_at_all(till: Till) -> None:
    club = Club(till, None)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        club.join()
    assert refusal.value.code == "resource_missing"
    assert club.invoices() == []


def test_default_incomplete_is_confirmed_by_the_shop(club: Club) -> None:
    joined = club.join(payment_behavior="default_incomplete", expand=["latest_invoice.confirmation_secret"])
    invoice: Any = joined.latest_invoice
    assert (joined.status, invoice.status) == ("incomplete", "open")
    intent = invoice.confirmation_secret.client_secret.partition("_secret")[0]
    club.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa", "return_url": "http://shop.example/"})
    assert club.read(joined).status == "active"


def test_trial(club: Club) -> None:
    joined = club.join(trial_period_days=10)
    assert (joined.status, joined.trial_end) == ("trialing", joined.created + 10 * DAY)
    assert club.types()[2:] == [
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    assert club.invoices()[0].total == 0
    club.till.sandbox.advance(7 * DAY + 5)
    assert "customer.subscription.trial_will_end" in club.types()[-2:]
    club.till.sandbox.advance(3 * DAY + 2 * HOUR)
    assert club.read(joined).status == "active"
    assert [one.total for one in club.invoices()] == [900, 0]


@pytest.mark.parametrize(
    ("behavior", "status"), [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")]
)
def test_trial_that_ends_without_a_card(till: Till, behavior: Any, status: str) -> None:
    club = Club(till, None)
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    joined = club.join(trial_period_days=2, trial_settings=settings)
    assert "customer.subscription.trial_will_end" not in club.types()[:3]
    till.sandbox.advance(2 * DAY + 2 * HOUR)
    ended = club.read(joined)
    assert ended.status == status
    if status == "paused":
        assert ended.status_details.paused.subscription.type == "trial_end_without_payment_method"
        club.keep("pm_card_visa")
        assert club.v1.subscriptions.resume(joined.id).status == "active"
        assert club.invoices()[0].status == "paid"
    if status != "canceled":
        club.v1.subscriptions.cancel(joined.id)


def test_cancel_at_period_end_and_undo(club: Club) -> None:
    joined = club.join()
    leaving = club.v1.subscriptions.update(joined.id, {"cancel_at_period_end": True})
    assert leaving.cancel_at == leaving["items"].data[0].current_period_end
    assert leaving.cancellation_details.reason == "cancellation_requested"
    staying = club.v1.subscriptions.update(joined.id, {"cancel_at_period_end": False})
    assert (staying.cancel_at, staying.canceled_at) == (None, None)
    club.v1.subscriptions.update(joined.id, {"cancel_at_period_end": True})
    club.to_the_end(joined)
    ended = club.read(joined)
    assert (ended.status, ended.ended_at) == ("canceled", ended.cancel_at)
    assert club.types()[-1] == "customer.subscription.deleted"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        club.v1.subscriptions.update(joined.id, {"cancel_at_period_end": False})
    assert refusal.value.code == "invalid_canceled_subscription_fields"


def test_cancel_now(club: Club) -> None:
    joined = club.join()
    gone = club.v1.subscriptions.cancel(joined.id, {"cancellation_details": {"feedback": "too_expensive"}})
    assert (gone.status, gone.cancellation_details.feedback) == ("canceled", "too_expensive")
    assert club.v1.subscriptions.list({"customer": club.customer.id}).data == []
    assert len(club.v1.subscriptions.list({"customer": club.customer.id, "status": "canceled"}).data) == 1
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        club.v1.subscriptions.cancel(joined.id)


def test_plan_change_in_the_middle_of_a_month(club: Club) -> None:
    dear = club.v1.prices.create(
        {"currency": "eur", "unit_amount": 2000, "recurring": {"interval": "month"}, "product": str(club.price.product)}
    )
    joined = club.join()
    item = joined["items"].data[0]
    club.till.sandbox.advance((item.current_period_end - item.current_period_start) // 2 - 60)
    changed = club.v1.subscriptions.update(
        joined.id, {"items": [{"id": item.id, "price": dear.id}], "proration_behavior": "always_invoice"}
    )
    assert changed["items"].data[0].price.id == dear.id
    invoice = club.invoices()[0]
    credit, charge = invoice.lines.data
    assert -452 <= credit.amount <= -449
    assert 999 <= charge.amount <= 1003
    assert (invoice.total, invoice.status) == (credit.amount + charge.amount, "paid")
    types = club.types()
    assert types[types.index("invoiceitem.created") - 1 :][:7] == [
        "customer.subscription.updated",
        "invoiceitem.created",
        "invoiceitem.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
    ]


def test_plan_change_to_another_rhythm_begins_a_new_period(club: Club) -> None:
    yearly = club.v1.prices.create(
        {"currency": "eur", "unit_amount": 9000, "recurring": {"interval": "year"}, "product": str(club.price.product)}
    )
    joined = club.join()
    item = joined["items"].data[0]
    changed = club.v1.subscriptions.update(joined.id, {"items": [{"id": item.id, "price": yearly.id}]})
    period = changed["items"].data[0]
    assert 365 * DAY <= period.current_period_end - period.current_period_start <= 366 * DAY
    assert sum(one.amount_paid for one in club.invoices()) in (9000, 9001)


@pytest.mark.parametrize(("behavior", "status"), [("void", "void"), ("mark_uncollectible", "uncollectible"),
                                                  ("keep_as_draft", "draft")])  # fmt: skip
def test_pause_collection(club: Club, behavior: Any, status: str) -> None:
    joined = club.join()
    club.v1.subscriptions.update(joined.id, {"pause_collection": {"behavior": behavior}})
    club.to_the_end(joined)
    club.till.sandbox.advance(2 * HOUR)
    assert club.read(joined).status == "active"
    assert club.invoices()[0].status == status
    assert club.v1.subscriptions.update(joined.id, {"pause_collection": ""}).pause_collection is None


def test_pause_and_resume(club: Club) -> None:
    joined = club.join()
    paused = club.v1.subscriptions.pause(joined.id)
    assert (paused.status, paused.status_details.paused.subscription.type) == ("paused", "pause_requested")
    assert club.types()[-2:] == ["customer.subscription.paused", "customer.subscription.updated"]
    club.to_the_end(joined)
    assert len(club.invoices()) == 1
    assert club.v1.subscriptions.resume(joined.id).status == "active"
    assert "customer.subscription.resumed" in club.types()
    assert [one.status for one in club.invoices()] == ["paid", "paid"]


def test_a_coupon_for_the_first_month(club: Club) -> None:
    coupon = club.v1.coupons.create({"percent_off": 50, "duration": "once"})
    joined = club.join(discounts=[{"coupon": coupon.id}])
    club.to_the_end(joined)
    club.till.sandbox.advance(2 * HOUR)
    assert [(one.subtotal, one.total) for one in club.invoices()] == [(900, 900), (900, 450)]
    assert club.v1.coupons.retrieve(coupon.id).times_redeemed == 1


def test_an_invoice_by_hand(club: Club) -> None:
    for amount in (1000, -300):
        club.v1.invoice_items.create({"customer": club.customer.id, "amount": amount, "currency": "eur"})
    draft = club.v1.invoices.create({"customer": club.customer.id, "pending_invoice_items_behavior": "include"})
    assert (draft.status, draft.total) == ("draft", 700)
    opened = club.v1.invoices.finalize_invoice(draft.id)
    assert (opened.status, opened.amount_remaining) == ("open", 700)
    assert club.v1.invoices.pay(draft.id).amount_paid == 700
    with pytest.raises(stripe.InvalidRequestError):
        club.v1.invoices.void_invoice(draft.id)
    for end, status in (("void_invoice", "void"), ("mark_uncollectible", "uncollectible")):
        club.v1.invoice_items.create({"customer": club.customer.id, "amount": 500, "currency": "eur"})
        other = club.v1.invoices.create({"customer": club.customer.id, "pending_invoice_items_behavior": "include"})
        club.v1.invoices.finalize_invoice(other.id)
        assert getattr(club.v1.invoices, end)(other.id).status == status


def test_three_years(club: Club) -> None:
    """Every month is billed once, to the cent, and periods join without a gap."""
    joined = club.join()
    club.till.sandbox.advance(3 * 365 * DAY + 2 * HOUR)
    lines = sorted((one.lines.data[0].period.start, one.lines.data[0].period.end) for one in club.invoices())
    assert len(lines) in (36, 37)
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(lines))
    assert sum(one.amount_paid for one in club.invoices()) == 900 * len(lines)
    assert club.read(joined).status == "active"
