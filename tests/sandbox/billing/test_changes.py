"""Leaving, changing, pausing a subscription, and invoices by hand (STRIPE.md section 8)."""

from typing import Any

import pytest
import stripe

from tests.sandbox.billing.club import DAY, HOUR, Club
from tests.sandbox.story import COLLECTED


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
    told = club.last("customer.subscription.deleted")
    assert (told.status, told.ended_at) == ("canceled", ended.ended_at)
    assert told.cancellation_details.reason == "cancellation_requested"
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
    assert club.last("customer.subscription.updated").pause_collection.behavior == behavior
    club.to_the_end(joined)
    club.till.sandbox.advance(2 * HOUR)
    assert club.read(joined).status == "active"
    assert club.invoices()[0].status == status
    ends = {"void": ["invoice.finalized", "invoice.voided"], "keep_as_draft": [],
            "mark_uncollectible": ["invoice.finalized", "invoice.marked_uncollectible"]}  # fmt: skip
    types = club.types()
    assert types[types.index("invoice.upcoming") + 1 :] == [
        "customer.subscription.updated",
        "invoice.created",
        *ends[behavior],
    ]
    assert club.v1.subscriptions.update(joined.id, {"pause_collection": ""}).pause_collection is None
    assert club.story()[-1].data.previous_attributes.to_dict()["pause_collection"]["behavior"] == behavior


def test_pause_and_resume(club: Club) -> None:
    joined = club.join()
    paused = club.v1.subscriptions.pause(joined.id)
    assert (paused.status, paused.status_details.paused.subscription.type) == ("paused", "pause_requested")
    assert club.types()[-2:] == ["customer.subscription.paused", "customer.subscription.updated"]
    told = club.last("customer.subscription.paused")
    assert (told.status, told.status_details.paused.subscription.type) == ("paused", "pause_requested")
    club.to_the_end(joined)
    assert len(club.invoices()) == 1
    assert club.v1.subscriptions.resume(joined.id).status == "active"
    types = club.types()
    assert types[types.index("customer.subscription.resumed") :] == [
        "customer.subscription.resumed",
        "customer.subscription.updated",
        *COLLECTED,
    ]
    assert club.last("customer.subscription.resumed").status == "active"
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
