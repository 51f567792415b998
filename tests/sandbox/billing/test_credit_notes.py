"""Credit notes: what an open invoice asks for is lowered, what was paid goes back (docs: api/credit_notes)."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.billing.club import Club


def invoiced(club: Club, *amounts: int, **more: Any) -> stripe.Invoice:
    """An open invoice over these amounts."""
    for amount in amounts:
        params: Any = {
            "customer": club.customer.id,
            "amount": amount,
            "currency": "eur",
            "description": f"Over {amount}",
        }
        club.v1.invoice_items.create(params)
    draft = club.v1.invoices.create({"customer": club.customer.id, "pending_invoice_items_behavior": "include", **more})
    return club.v1.invoices.finalize_invoice(draft.id, {"expand": ["payments"]})


def credit(club: Club, invoice: stripe.Invoice, /, **params: Any) -> stripe.CreditNote:
    given: Any = {"invoice": invoice.id, **params}
    return club.v1.credit_notes.create(given)


def told(club: Club, since: str) -> list[stripe.Event]:
    """What was told about the customer after this event was told for the last time, charges that settle left out."""
    story = [event for event in club.story() if event.type != "charge.updated"]
    last = max(number for number, event in enumerate(story) if event.type == since)
    return story[last + 1 :]


def custom(amount: int, quantity: int = 1) -> dict[str, Any]:
    return {"type": "custom_line_item", "unit_amount": amount, "quantity": quantity, "description": "For the trouble"}


def test_an_open_invoice_asks_for_less(club: Club) -> None:
    invoice = invoiced(club, 2000)
    note = credit(club, invoice, lines=[custom(250, 2)], memo="Sorry.", reason="order_change", metadata={"case": "7"})
    assert (note.status, note.type, note.number) == ("issued", "pre_payment", f"{invoice.number}-CN-01")
    assert (note.total, note.pre_payment_amount, note.post_payment_amount, note.amount) == (500, 500, 0, 500)
    line = note.lines.data[0]
    assert (line.amount, line.quantity, line.unit_amount, line.description) == (500, 2, 250, "For the trouble")
    events = told(club, "invoice.finalized")
    assert [event.type for event in events] == ["payment_intent.created", "credit_note.created", "invoice.updated"]
    assert events[2].data.previous_attributes.to_dict() == {
        "amount_due": 2000,
        "amount_remaining": 2000,
        "pre_payment_credit_notes_amount": 0,
    }
    lowered = club.v1.invoices.retrieve(invoice.id)
    assert (lowered.amount_due, lowered.amount_remaining, lowered.total) == (1500, 1500, 2000)
    assert lowered.pre_payment_credit_notes_amount == 500
    assert club.v1.invoices.pay(invoice.id).amount_paid == 1500
    charge = club.v1.charges.list({"customer": club.customer.id, "limit": 1}).data[0]
    assert charge.amount_captured == 1500
    assert [one.id for one in club.v1.credit_notes.list({"invoice": invoice.id}).data] == [note.id]
    page = requests.get(note.pdf, timeout=20).text
    for words in (str(note.number), "Sorry.", "For the trouble", "€5.00", "Taken off the invoice"):
        assert words in page
    assert "\u2212€5.00" in requests.get(str(invoice.hosted_invoice_url), timeout=20).text


def test_an_invoice_that_is_credited_whole_is_paid(club: Club) -> None:
    invoice = invoiced(club, 1000)
    [payment] = club.v1.invoice_payments.list({"invoice": invoice.id}).data
    credit(club, invoice, amount=1000)
    assert [event.type for event in told(club, "credit_note.created")] == [
        "invoice.updated",
        "payment_intent.canceled",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    done = club.v1.invoices.retrieve(invoice.id)
    assert (done.status, done.amount_paid, done.amount_due) == ("paid", 0, 0)
    assert club.v1.payment_intents.retrieve(str(payment.payment.payment_intent)).status == "canceled"


def test_a_paid_invoice_is_paid_back_in_three_ways(club: Club) -> None:
    invoice = invoiced(club, 3000)
    club.v1.invoices.pay(invoice.id)
    ways: Any = {"refund_amount": 1000, "credit_amount": 700, "out_of_band_amount": 300}
    note = credit(club, invoice, amount=2000, reason="duplicate", **ways)
    assert (note.type, note.post_payment_amount, note.out_of_band_amount) == ("post_payment", 2000, 300)
    refund = club.v1.refunds.retrieve(str(note.refunds[0].refund))
    assert (refund.amount, refund.reason, note.refunds[0].amount_refunded) == (1000, "duplicate", 1000)
    moved = club.v1.customers.balance_transactions.retrieve(club.customer.id, str(note.customer_balance_transaction))
    assert (moved.amount, moved.type, moved.credit_note) == (-700, "credit_note", note.id)
    assert club.v1.customers.retrieve(club.customer.id).balance == -700
    assert [event.type for event in told(club, "invoice_payment.paid")] == [
        "charge.refunded",
        "customer.updated",
        "credit_note.created",
        "invoice.updated",
    ]
    after = club.v1.invoices.retrieve(invoice.id)
    assert (after.status, after.post_payment_credit_notes_amount, after.amount_due) == ("paid", 2000, 3000)
    assert invoiced(club, 1000).amount_due == 300
    club.v1.refunds.create({"charge": str(refund.charge), "amount": 400})
    with pytest.raises(stripe.InvalidRequestError, match="what can still be credited"):
        credit(club, invoice, amount=601, out_of_band_amount=601)
    last = club.v1.refunds.list({"charge": str(refund.charge), "limit": 1}).data[0]
    linked = credit(club, invoice, amount=1000, refunds=[{"refund": last.id}], out_of_band_amount=600)
    assert [one.refund for one in linked.refunds] == [last.id]
    assert linked.number == f"{invoice.number}-CN-02"
    with pytest.raises(stripe.InvalidRequestError, match="no other credit note names"):
        credit(club, invoice, amount=400, refunds=[{"refund": last.id}])


def test_lines_of_the_invoice_with_their_discount_and_tax(club: Club) -> None:
    coupon = club.v1.coupons.create({"percent_off": 10})
    rate = club.v1.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    club.v1.invoice_items.create(
        {"customer": club.customer.id, "pricing": {"price": club.v1.prices.create(PIECE).id}, "quantity": 3}
    )
    joined = club.join(discounts=[{"coupon": coupon.id}], default_tax_rates=[rate.id])
    invoice = club.v1.invoices.retrieve(str(joined.latest_invoice))
    three = next(line for line in invoice.lines.data if line.quantity == 3)
    net = round(three.amount * 0.9 * 1.2)
    one: Any = credit(club, invoice, lines=[of(three, quantity=1)], out_of_band_amount=360)
    assert (one.subtotal, one.discount_amount, one.total) == (333, 33, 360)
    assert (one.total_taxes[0].amount, one.total_excluding_tax) == (60, 300)
    assert one.lines.data[0].tax_rates[0].id == rate.id
    with pytest.raises(stripe.InvalidRequestError, match="go on by quantity"):
        credit(club, invoice, lines=[of(three, amount=1)], out_of_band_amount=1)
    two = credit(club, invoice, lines=[of(three, quantity=1)], out_of_band_amount=360)
    params: Any = {"invoice": invoice.id, "lines": [of(three, quantity=1)], "out_of_band_amount": 360}
    rest = club.v1.credit_notes.preview(params)
    assert [note.subtotal for note in (one, two, rest)] == [333, 333, 334]
    assert one.total + two.total + rest.total == net
    assert len(club.v1.credit_notes.list({"invoice": invoice.id}).data) == 2
    with pytest.raises(stripe.InvalidRequestError, match="At most 1 of this line"):
        credit(club, invoice, lines=[of(three, quantity=2)], out_of_band_amount=720)


PIECE: Any = {"currency": "eur", "unit_amount_decimal": "333.333333", "product_data": {"name": "Piece"}}


def of(line: stripe.InvoiceLineItem, **share: int) -> dict[str, Any]:
    return {"type": "invoice_line_item", "invoice_line_item": line.id, **share}


def test_a_note_is_taken_back_while_the_invoice_is_open(club: Club) -> None:
    invoice = invoiced(club, 2000)
    note = credit(club, invoice, amount=500)
    changed: Any = club.v1.credit_notes.update(note.id, {"memo": "By mistake", "metadata": {"case": "8"}})
    assert (changed.memo, changed.metadata["case"]) == ("By mistake", "8")
    gone = club.v1.credit_notes.void_credit_note(note.id)
    assert (gone.status, gone.voided_at is not None) == ("void", True)
    assert [event.type for event in told(club, "credit_note.created")] == [
        "invoice.updated",
        "credit_note.updated",
        "credit_note.voided",
        "invoice.updated",
    ]
    back = club.v1.invoices.retrieve(invoice.id)
    assert (back.amount_due, back.pre_payment_credit_notes_amount) == (2000, 0)
    with pytest.raises(stripe.InvalidRequestError, match="already void"):
        club.v1.credit_notes.void_credit_note(note.id)
    second = credit(club, invoice, amount=100)
    assert second.number == f"{invoice.number}-CN-02"
    assert club.v1.invoices.pay(invoice.id).amount_paid == 1900
    with pytest.raises(stripe.InvalidRequestError, match="only void"):
        club.v1.credit_notes.void_credit_note(second.id)


def test_what_the_balance_has_paid_goes_back_beside_what_is_still_asked_for(club: Club) -> None:
    club.v1.customers.balance_transactions.create(club.customer.id, {"amount": -300, "currency": "eur"})
    invoice = invoiced(club, 1000)
    note = credit(club, invoice, amount=1000, credit_amount=300)
    assert (note.type, note.pre_payment_amount, note.post_payment_amount) == ("mixed", 700, 300)
    assert club.v1.invoices.retrieve(invoice.id).status == "paid"
    assert club.v1.customers.retrieve(club.customer.id).balance == -300


def test_previewed_lines_and_pages_of_lines(club: Club) -> None:
    invoice = invoiced(club, 2000)
    params: Any = {"invoice": invoice.id, "lines": [custom(100), custom(200)]}
    found = club.v1.credit_notes.preview_lines.list(params).data
    assert [one.amount for one in found] == [100, 200]
    note = club.v1.credit_notes.create(params)
    first = club.v1.credit_notes.line_items.list(note.id, {"limit": 1})
    assert ([one.amount for one in first.auto_paging_iter()], first.has_more) == ([100, 200], True)
    expanded: Any = club.v1.credit_notes.retrieve(note.id, {"expand": ["invoice", "customer"]})
    assert (expanded.invoice.total, expanded.customer.id) == (2000, club.customer.id)


def test_notes_that_are_not_made(club: Club) -> None:
    invoice, paid = invoiced(club, 2000), invoiced(club, 500)
    line = invoice.lines.data[0]
    club.v1.invoices.pay(paid.id, {"paid_out_of_band": True})
    draft = club.v1.invoices.create({"customer": club.customer.id})
    refused: tuple[tuple[Any, str | None, str], ...] = (
        ({"invoice": draft.id, "amount": 1}, "invoice", "open or paid"),
        ({"invoice": "in_none", "amount": 1}, "invoice", "No such invoice"),
        ({}, None, "one of `amount`, `lines`, or `shipping_cost`"),
        ({"amount": 0}, "amount", "greater than or equal to 1"),
        ({"amount": 2001}, "amount", "what can still be credited (2000)"),
        ({"amount": 100, "lines": [custom(200)]}, "amount", "sum of the lines, which is 200"),
        ({"amount": 100, "credit_amount": 100}, None, "must equal the post-payment amount of the credit note (0)"),
        ({"lines": [{"type": "custom_line_item", "quantity": 1}]}, "lines[0][unit_amount]", "Missing required param"),
        ({"lines": [of(line)]}, "lines[0][amount]", "only specify one of these parameters"),
        ({"lines": [of(line, amount=2001)]}, "lines[0][amount]", "At most €20.00"),
        ({"lines": [of(line, quantity=2)]}, "lines[0][quantity]", "At most 1"),
        ({"lines": [{**of(line, amount=1), "invoice_line_item": "il_x"}]}, "lines[0][invoice_line_item]", "No such"),
        ({"shipping_cost": {"shipping_rate": "shr_x"}}, "shipping_cost[shipping_rate]", "not the shipping rate"),
        ({"invoice": paid.id, "amount": 500, "refund_amount": 500}, "refund_amount", "nothing to refund"),
        ({"invoice": paid.id, "amount": 500, "refunds": [{"refund": "re_x"}]}, "refunds[0][refund]", "No such refund"),
        ({"reason": "whim", "amount": 1}, "reason", "must be one of"),
    )
    for params, param, words in refused:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            credit(club, invoice, **params)
        assert (refusal.value.http_status, refusal.value.param) == (400, param), words
        assert words in str(refusal.value)
    assert club.v1.credit_notes.list({"customer": club.customer.id}).data == []
