"""Where Stripe says what: the places of today, and those of objects from before 2025-03-31 (E7, E8)."""

from storefront.cashier.subscription_reading import (
    first_intent,
    invoice_facts,
    paid_intents,
    subscription_facts,
    subscription_of_invoice,
)

BEGIN, END, OLD_END = 1_800_000_000, 1_802_592_000, 1_900_000_000
ITEM = {
    "id": "si_1", "quantity": 2, "current_period_start": BEGIN, "current_period_end": END,
    "price": {"id": "price_1", "nickname": "Tea box", "unit_amount": 900, "product": "prod_1", "metadata": {"variant": "7"},
              "recurring": {"interval": "month", "interval_count": 3}},
}  # fmt: skip
THING = {
    "id": "sub_1", "customer": "cus_1", "status": "active", "currency": "eur", "created": BEGIN, "start_date": BEGIN,
    "items": {"data": [ITEM]}, "metadata": {"order": "K7Q2-M9XD", "payment": "abc"}, "current_period_end": OLD_END,
}  # fmt: skip
INVOICE = {
    "id": "in_1", "status": "paid", "billing_reason": "subscription_cycle", "currency": "eur", "subtotal": 900, "total": 850,
    "created": BEGIN, "lines": {"data": []}, "parent": {"subscription_details": {"subscription": "sub_1"}},
    "total_discount_amounts": [{"amount": 100, "discount": "di_1"}], "total_taxes": [{"amount": 50}],
}  # fmt: skip


def test_e7_the_period_is_that_of_the_items():
    [item] = subscription_facts(THING, ()).items
    assert (int(item.period_start.timestamp()), int(item.period_end.timestamp())) == (BEGIN, END)
    assert (item.name, item.unit_amount, item.quantity, item.interval, item.count, item.variant_id) == (
        "Tea box", 900, 2, "month", 3, 7,
    )  # fmt: skip


def test_e7_an_old_object_still_has_its_period():
    old = {name: value for name, value in ITEM.items() if not name.startswith("current_period")}
    [item] = subscription_facts({**THING, "items": {"data": [old]}}, ()).items
    assert int(item.period_end.timestamp()) == OLD_END


def test_e8_an_invoice_names_its_subscription_in_its_parent():
    assert subscription_of_invoice(INVOICE) == "sub_1"
    assert subscription_of_invoice({"id": "in_2", "subscription": "sub_old"}) == "sub_old"
    assert subscription_of_invoice({"id": "in_3", "parent": None}) == ""
    assert (
        subscription_of_invoice({"id": "in_4", "parent": {"subscription_details": {"subscription": {"id": "sub_x"}}}})
        == "sub_x"
    )


def test_e8_several_payments_of_one_invoice():
    payments = [
        {"status": "open", "payment": {"type": "payment_intent", "payment_intent": {"id": "pi_3"}}},
        {"status": "paid", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}},
        {"status": "paid", "payment": {"type": "payment_intent", "payment_intent": {"id": "pi_2"}}},
        {"status": "paid", "payment": {"type": "charge", "charge": "ch_1"}},
    ]
    thing = {**INVOICE, "payments": {"data": payments}}
    assert paid_intents(thing) == ["pi_1", "pi_2"]
    assert first_intent(thing) == "pi_1"
    assert first_intent({**INVOICE, "payments": {"data": payments[:1]}}) == "pi_3"
    assert (first_intent(INVOICE), paid_intents(INVOICE)) == ("", [])


def test_an_invoice_without_the_fields_of_old():
    facts = invoice_facts(INVOICE, ())
    assert (facts.subtotal, facts.discount, facts.tax, facts.total, facts.paid_at) == (900, 100, 50, 850, None)


def test_the_card_of_the_subscription_comes_before_the_customers():
    def card(last4):
        return {"card": {"brand": "visa", "last4": last4, "exp_month": 5, "exp_year": 2030}}

    customer = {
        "id": "cus_1",
        "preferred_locales": ["de-AT"],
        "invoice_settings": {"default_payment_method": card("2222")},
    }
    both = subscription_facts({**THING, "customer": customer, "default_payment_method": card("1111")}, ())
    fallen_back = subscription_facts({**THING, "customer": customer, "default_payment_method": None}, ())
    assert (both.card.last4, fallen_back.card.last4, both.customer, both.language) == ("1111", "2222", "cus_1", "de-AT")


def test_both_flags_of_an_end_are_read():
    assert subscription_facts({**THING, "cancel_at_period_end": True}, ()).cancel_at_period_end
    assert int(subscription_facts({**THING, "cancel_at": END}, ()).cancel_at.timestamp()) == END
