"""Subscriptions and their invoices through time, in Stripe's order (STRIPE.md sections 8 and 12)."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sandbox.billing.club import DAY, HOUR, Club
from tests.sandbox.story import COLLECTED
from tests.sandbox.till import Till


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
    assert club.last("customer.subscription.created").status == "incomplete"
    updated = next(event for event in club.story() if event.type == "customer.subscription.updated")
    assert updated.data.object.status == "active"
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
    draft = club.last("invoice.created")
    assert (draft.id, draft.status) == (club.v1.subscriptions.retrieve(joined.id).latest_invoice, "draft")
    assert draft.billing_reason == "subscription_cycle"
    old, new = joined["items"].data[0], club.last("customer.subscription.updated")["items"].data[0]
    assert (new.current_period_start, new.current_period_end > new.current_period_start) == (
        old.current_period_end,
        True,
    )
    assert draft.automatically_finalizes_at == draft.created + HOUR
    club.till.sandbox.advance(HOUR + 1)
    types = club.types()
    assert types[types.index("invoice.upcoming") :] == ["invoice.upcoming", "customer.subscription.updated", *COLLECTED]
    assert club.last("invoice.paid").amount_paid == 900
    assert [one.status for one in club.invoices()] == ["paid", "paid"]


def test_a_renewal_that_wants_the_buyer(club: Club) -> None:
    joined = club.join()
    club.keep("pm_card_authenticationRequired")
    club.to_the_end(joined)
    club.till.sandbox.advance(HOUR + 1)
    types = club.types()
    assert types[types.index("invoice.finalized", types.index("invoice.upcoming")) :] == [
        "invoice.finalized",
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "invoice.updated",
        "customer.subscription.updated",
    ]
    told = {event.type: event.data.object for event in club.story()}
    asked, failed = told["invoice.payment_action_required"], told["payment_intent.payment_failed"]
    assert (asked.attempt_count, asked.status) == (1, "open")
    assert failed.last_payment_error.code == "authentication_required"
    assert club.read(joined).status == "past_due"


def test_a_first_payment_that_wants_the_buyer(till: Till) -> None:
    club = Club(till, "pm_card_authenticationRequired")
    joined = club.join()
    types = club.types()
    assert types[types.index("payment_intent.created") :] == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "invoice.payment_action_required",
    ]
    assert joined.status == "incomplete"
    club.v1.subscriptions.cancel(joined.id)


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
    told = club.last("invoice.payment_failed")
    assert (told.attempt_count, told.next_payment_attempt) == (1, invoice.next_payment_attempt)
    assert told.next_payment_attempt > told.created
    assert club.last("customer.subscription.updated").status == "past_due"
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
    assert club.last("customer.subscription.updated").status == "active"
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
    types = club.types()
    tries = [number for number, one in enumerate(types) if one == "charge.failed"]
    assert len(tries) == 8
    for number in tries:
        assert types[number : number + 3] == [
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
        ]
    told = club.last(last)
    if choice == "cancel":
        assert (told.status, told.cancellation_details.reason) == ("canceled", "payment_failed")
        assert told.ended_at == told.canceled_at == ended.ended_at
    if choice == "unpaid":
        assert told.status == "unpaid"
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
    told = club.last("customer.subscription.created")
    assert (told.status, told.trial_end) == ("trialing", joined.trial_end)
    assert {club.last(f"invoice.{step}").total for step in ("created", "finalized", "paid", "payment_succeeded")} == {0}
    club.till.sandbox.advance(7 * DAY - 60)
    assert "customer.subscription.trial_will_end" not in club.types()
    club.till.sandbox.advance(65)
    assert "customer.subscription.trial_will_end" in club.types()
    club.till.sandbox.advance(3 * DAY + 2 * HOUR)
    types = club.types()
    assert types[types.index("customer.subscription.trial_will_end") + 1 :] == [
        "invoice.upcoming",
        "customer.subscription.updated",
        *COLLECTED,
    ]
    assert club.last("customer.subscription.updated").status == "active"
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
