"""The terms of a subscription by API: items, anchors, invoices that are sent, ends (STRIPE.md section 8)."""

from typing import Any

import pytest
import stripe

from tests.sandbox.billing.club import DAY, HOUR, Club
from tests.sandbox.till import Till


def test_items_come_change_and_go(club: Club) -> None:
    extra = club.a_price(300)
    joined = club.join()
    item = club.v1.subscription_items.create(
        {"subscription": joined.id, "price": extra.id, "quantity": 2, "proration_behavior": "none"}
    )
    assert (item.price.id, item.quantity, item.subscription) == (extra.id, 2, joined.id)
    with pytest.raises(stripe.InvalidRequestError, match="already has an item"):
        club.v1.subscription_items.create({"subscription": joined.id, "price": extra.id})
    more = club.v1.subscription_items.update(item.id, {"quantity": 3, "metadata": {"why": "guests"}})
    assert (more.id, more.quantity, more.metadata["why"]) == (item.id, 3, "guests")
    assert club.v1.subscription_items.retrieve(item.id).quantity == 3
    assert len(club.v1.subscription_items.list({"subscription": joined.id}).data) == 2
    waiting = club.v1.invoice_items.list({"customer": club.customer.id, "pending": True}).data
    assert sum(one.amount for one in waiting) in (299, 300)
    club.to_the_end(joined)
    assert club.invoices()[0].total in (900 + 900 + 299, 900 + 900 + 300)
    assert club.v1.subscription_items.delete(item.id, {"proration_behavior": "none"}).deleted is True
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription_item"):
        club.v1.subscription_items.retrieve(item.id)
    with pytest.raises(stripe.InvalidRequestError, match="at least one item"):
        club.v1.subscription_items.delete(joined["items"].data[0].id)


@pytest.mark.parametrize("behavior", ["create_prorations", "always_invoice", "none"])
def test_proration_behaviors(club: Club, behavior: Any) -> None:
    dear = club.a_price(1900)
    joined = club.join()
    item = joined["items"].data[0]
    middle = (item.current_period_start + item.current_period_end) // 2
    params: Any = {"items": [{"id": item.id, "price": dear.id}], "proration_behavior": behavior}
    preview = club.v1.invoices.create_preview(
        {"subscription": joined.id, "subscription_details": params | {"proration_date": middle}}
    )
    assert club.read(joined)["items"].data[0].price.id == club.price.id
    changed = club.v1.subscriptions.update(joined.id, params | {"proration_date": middle})
    waiting = [one.amount for one in club.v1.invoice_items.list({"customer": club.customer.id, "pending": True}).data]
    newest = club.invoices()[0]
    assert changed["items"].data[0].price.id == dear.id
    if behavior == "create_prorations":
        assert sorted(waiting) == [-450, 950]
        assert preview.total == 1900 + 500
        assert len(club.invoices()) == 1
    elif behavior == "always_invoice":
        assert (newest.total, newest.billing_reason, newest.status) == (500, "subscription_update", "paid")
        assert (preview.total, preview.status, preview.number) == (500, "draft", None)
    else:
        assert (waiting, preview.total) == ([], 1900)
    club.to_the_end(joined)
    assert club.invoices()[0].total == 1900 + (500 if behavior == "create_prorations" else 0)


def test_a_change_that_is_not_paid_is_not_made(club: Club) -> None:
    dear = club.a_price(1900)
    joined = club.join()
    club.keep("pm_card_chargeCustomerFail")
    params: Any = {
        "items": [{"id": joined["items"].data[0].id, "price": dear.id}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
    }
    with pytest.raises(stripe.CardError):
        club.v1.subscriptions.update(joined.id, params)
    assert club.read(joined)["items"].data[0].price.id == club.price.id
    assert len(club.invoices()) == 1


def test_an_anchor_ahead_bills_a_part_first(club: Club) -> None:
    now = club.till.now()
    joined = club.join(billing_cycle_anchor=now + 10 * DAY)
    item = joined["items"].data[0]
    assert (joined.status, item.current_period_end) == ("active", now + 10 * DAY)
    assert 900 * 10 // 31 <= club.invoices()[0].total <= 900 * 10 // 28 + 1
    free = club.join(billing_cycle_anchor=now + 10 * DAY, proration_behavior="none")
    assert (free.status, club.invoices()[0].total) == ("active", 0)
    club.to_the_end(joined)
    renewed = club.read(joined)
    assert renewed.latest_invoice.total == 900  # type: ignore[union-attr]
    assert 28 * DAY <= renewed["items"].data[0].current_period_end - now - 10 * DAY <= 31 * DAY
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        club.join(billing_cycle_anchor=club.till.now() + 40 * DAY)
    assert refusal.value.param == "billing_cycle_anchor"


def test_a_fee_beside_the_first_invoice(club: Club) -> None:
    fee = {"currency": "eur", "unit_amount": 500, "product": str(club.price.product)}
    joined = club.join(add_invoice_items=[{"price_data": fee}])
    assert club.invoices()[0].total == 1400
    club.v1.subscriptions.update(joined.id, {"add_invoice_items": [{"price_data": fee, "quantity": 2}]})
    assert club.v1.invoices.create_preview({"subscription": joined.id}).total == 900 + 1000


def test_invoices_that_are_sent(till: Till) -> None:
    club = Club(till, None)
    with pytest.raises(stripe.InvalidRequestError, match="days_until_due"):
        club.join(collection_method="send_invoice")
    joined = club.join(collection_method="send_invoice", days_until_due=14)
    assert (joined.status, joined.days_until_due) == ("active", 14)
    assert club.invoices()[0].status == "draft"
    till.sandbox.advance(HOUR + 1)
    sent = club.invoices()[0]
    assert (sent.status, sent.collection_method, sent.attempted) == ("open", "send_invoice", False)
    assert 14 * DAY <= sent.due_date - sent.created <= 14 * DAY + HOUR
    assert club.types()[-2:] == ["invoice.finalized", "invoice.sent"]
    till.sandbox.advance(14 * DAY)
    assert club.read(joined).status == "past_due"
    assert club.types()[-2:] == ["invoice.overdue", "customer.subscription.updated"]
    club.keep("pm_card_visa")
    assert club.v1.invoices.pay(sent.id).status == "paid"
    assert club.read(joined).status == "active"
    club.v1.subscriptions.cancel(joined.id)


def test_an_invoice_sent_by_hand(club: Club) -> None:
    club.v1.invoice_items.create({"customer": club.customer.id, "amount": 700, "currency": "eur"})
    params: Any = {"customer": club.customer.id, "pending_invoice_items_behavior": "include"}
    plain = club.v1.invoices.create(params)
    with pytest.raises(stripe.InvalidRequestError, match="send_invoice"):
        club.v1.invoices.send_invoice(plain.id)
    club.v1.invoices.update(plain.id, {"collection_method": "send_invoice", "days_until_due": 7})
    sent = club.v1.invoices.send_invoice(plain.id)
    assert (sent.status, sent.due_date - sent.status_transitions.finalized_at) == ("open", 7 * DAY)
    assert club.types()[-1] == "invoice.sent"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        club.v1.invoices.create(params | {"due_date": club.till.now() + DAY})
    assert refusal.value.param == "due_date"
    club.v1.invoices.pay(sent.id, {"paid_out_of_band": True})
    assert club.v1.invoices.retrieve(sent.id).status == "paid"


def test_invoice_items_of_a_price(club: Club) -> None:
    once = club.v1.prices.create(
        {"currency": "eur", "unit_amount_decimal": "12.5", "product": str(club.price.product)}  # type: ignore[typeddict-item]
    )
    item = club.v1.invoice_items.create({"customer": club.customer.id, "pricing": {"price": once.id}, "quantity": 3})
    assert (item.amount, item.quantity, item.pricing.price_details.price) == (38, 3, once.id)
    assert club.v1.invoice_items.update(item.id, {"quantity": 10}).amount == 125
    with pytest.raises(stripe.InvalidRequestError, match="type=recurring"):
        club.v1.invoice_items.create({"customer": club.customer.id, "pricing": {"price": club.price.id}})
    draft = club.v1.invoices.create({"customer": club.customer.id, "pending_invoice_items_behavior": "include"})
    assert draft.total == 125
    club.v1.invoice_items.update(item.id, {"amount": 200, "description": "Mugs"})
    changed = club.v1.invoices.retrieve(draft.id)
    assert (changed.total, changed.lines.data[0].description) == (200, "Mugs")
    club.v1.invoice_items.delete(item.id)
    assert club.v1.invoices.retrieve(draft.id).total == 0


def test_a_trial_without_a_card_asks_for_one(till: Till) -> None:
    club = Club(till, None)
    joined = club.join(trial_period_days=5, payment_behavior="default_incomplete", expand=["pending_setup_intent"])
    intent: Any = joined.pending_setup_intent
    club.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": "http://shop.example/"})
    kept = club.read(joined)
    assert (kept.pending_setup_intent, kept.default_payment_method is None) == (None, False)
    till.sandbox.advance(5 * DAY + 2 * HOUR)
    assert [one.status for one in club.invoices()] == ["paid", "paid"]
    club.v1.subscriptions.cancel(joined.id)


def test_the_ways_to_end(club: Club) -> None:
    joined = club.join(cancel_at_period_end=True)
    end = joined["items"].data[0].current_period_end
    assert (joined.cancel_at, joined.cancel_at_period_end) == (end, True)
    stays = club.v1.subscriptions.update(joined.id, {"cancel_at": ""})
    assert (stays.cancel_at, stays.cancel_at_period_end, stays.canceled_at) == (None, False, None)
    leaving = club.v1.subscriptions.update(joined.id, {"cancel_at": "min_period_end"})
    assert leaving.cancel_at == end
    soon = club.till.now() + 3 * DAY
    assert club.v1.subscriptions.update(joined.id, {"cancel_at": soon}).cancel_at == soon
    with pytest.raises(stripe.InvalidRequestError, match="in the future"):
        club.v1.subscriptions.update(joined.id, {"cancel_at": soon - 10 * DAY})
    with pytest.raises(stripe.InvalidRequestError, match="No upcoming invoices") as refusal:
        club.v1.invoices.create_preview({"subscription": joined.id})
    assert refusal.value.code == "invoice_upcoming_none"
    club.till.sandbox.advance(3 * DAY)
    gone = club.read(joined)
    assert (gone.status, gone.ended_at, gone.cancellation_details.reason) == (
        "canceled",
        soon,
        "cancellation_requested",
    )


def test_leaving_at_once_with_the_rest_credited(club: Club) -> None:
    joined = club.join()
    item = joined["items"].data[0]
    club.till.sandbox.advance((item.current_period_end - item.current_period_start) // 2 - 60)
    quote = club.v1.invoices.create_preview({"subscription": joined.id, "subscription_details": {"cancel_now": True}})
    club.v1.subscriptions.cancel(joined.id, {"prorate": True, "invoice_now": True})
    last = club.invoices()[0]
    assert last.total == pytest.approx(-450, abs=2)
    assert quote.total == pytest.approx(last.total, abs=1)
    assert (last.amount_due, last.status) == (0, "paid")
    assert club.v1.customers.retrieve(club.customer.id).balance == last.total


def test_going_on_only_when_it_is_paid(club: Club) -> None:
    joined = club.join()
    club.v1.subscriptions.pause(joined.id)
    club.keep("pm_card_chargeCustomerFail")
    resumed = club.v1.subscriptions.resume(joined.id, {"payment_behavior": "resume_on_payment_success"})
    assert (resumed.status, club.invoices()[0].status) == ("paused", "open")
    club.till.sandbox.advance(23 * HOUR + 1)
    assert (club.read(joined).status, club.invoices()[0].status) == ("paused", "void")
    club.keep("pm_card_visa")
    again = club.v1.subscriptions.resume(joined.id, {"payment_behavior": "resume_on_payment_success"})
    assert (again.status, club.invoices()[0].status) == ("active", "paid")
    with pytest.raises(stripe.InvalidRequestError, match="status `paused`"):
        club.v1.subscriptions.resume(joined.id)


def test_what_a_new_subscription_would_cost(club: Club) -> None:
    quote = club.v1.invoices.create_preview(
        {"customer": club.customer.id, "subscription_details": {"items": [{"price": club.price.id, "quantity": 2}]}}
    )
    assert (quote.total, quote.billing_reason, quote.lines.data[0].quantity) == (1800, "upcoming", 2)
    assert quote.id.startswith("upcoming_in_")
    assert club.invoices() == []
    assert club.v1.subscriptions.list({"customer": club.customer.id}).data == []
