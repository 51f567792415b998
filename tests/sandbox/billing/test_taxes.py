"""Tax on subscriptions and invoices: by the table, by rates of the shop's own, and for a customer nobody can place."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.billing.club import HOUR, Club
from tests.sandbox.till import Till

TAXED: Any = {"automatic_tax": {"enabled": True}}
BERLIN: Any = {"country": "DE", "city": "Berlin", "line1": "Allee 1", "postal_code": "10115"}


def sums(invoice: stripe.Invoice) -> tuple[int, int, int, int]:
    return invoice.subtotal, invoice.subtotal_excluding_tax or 0, invoice.total_excluding_tax or 0, invoice.total


def test_a_subscription_is_taxed_where_its_customer_lives(club: Club) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        club.join(**TAXED)
    assert refusal.value.code == "customer_tax_location_invalid"
    club.v1.customers.update(club.customer.id, {"address": BERLIN})
    coupon = club.v1.coupons.create({"amount_off": 100, "currency": "eur", "duration": "once"})
    joined = club.join(**TAXED, discounts=[{"coupon": coupon.id}])
    assert (joined.status, joined.automatic_tax.enabled) == ("active", True)
    first = club.invoices()[0]
    assert (first.automatic_tax.status, first.amount_paid) == ("complete", 800)
    assert sums(first) == (900, 772, 672, 800)
    (tax,) = first.lines.data[0].taxes or []
    assert (tax.amount, tax.taxable_amount, tax.tax_behavior, tax.taxability_reason) == (
        128,
        672,
        "inclusive",
        "standard_rated",
    )
    assert [one.amount for one in first.total_taxes or []] == [128]
    rate = club.v1.tax_rates.retrieve(tax.tax_rate_details.tax_rate)  # type: ignore[union-attr]
    assert (rate.percentage, rate.country, rate.inclusive) == (19, "DE", True)
    club.v1.customers.update(club.customer.id, {"address": {**BERLIN, "country": "FR"}})
    club.to_the_end(joined)
    club.till.sandbox.advance(2 * HOUR)
    assert [(one.total, one.total_taxes[0].amount) for one in club.invoices() if one.total_taxes] == [
        (900, 150),
        (800, 128),
    ]
    club.v1.customers.update(club.customer.id, {"address": ""})
    club.to_the_end(joined)
    club.till.sandbox.advance(2 * HOUR)
    last = club.invoices()[0]
    assert (last.status, last.total_taxes, last.automatic_tax.enabled) == ("paid", [], False)
    assert last.automatic_tax.disabled_reason == "finalization_requires_location_inputs"
    assert club.read(joined).automatic_tax.disabled_reason == "requires_location_inputs"


def test_tax_on_top_of_a_price_that_says_so(club: Club) -> None:
    club.v1.customers.update(club.customer.id, {"address": BERLIN})
    price = club.v1.prices.create(
        {"currency": "eur", "unit_amount": 1000, "product": str(club.price.product), "tax_behavior": "exclusive",
         "recurring": {"interval": "month"}}
    )  # fmt: skip
    joined = club.join(**TAXED, items=[{"price": price.id}])
    assert sums(club.invoices()[0]) == (1000, 1000, 1000, 1190)
    assert club.invoices()[0].amount_paid == 1190
    upcoming = club.v1.invoices.create_preview({"subscription": joined.id})
    assert (upcoming.total, upcoming.automatic_tax.status) == (1190, "complete")


def test_rates_that_the_shop_made(club: Club) -> None:
    rates = club.v1.tax_rates
    on_top = rates.create({"display_name": "VAT", "percentage": 10, "inclusive": False, "country": "FR"})
    held = rates.create({"display_name": "City", "percentage": 20, "inclusive": True})
    joined = club.join(items=[{"price": club.price.id, "tax_rates": [held.id], "metadata": {"seat": "1"}}],
                       default_tax_rates=[on_top.id])  # fmt: skip
    assert joined["items"].data[0].metadata["seat"] == "1"
    assert [one.id for one in joined.default_tax_rates or []] == [on_top.id]
    assert sums(club.invoices()[0]) == (900, 750, 750, 900)
    item: Any = {"customer": club.customer.id, "amount": 500, "currency": "eur", "tax_rates": [on_top.id]}
    club.v1.invoice_items.create(item)
    invoice = club.v1.invoices.create({"customer": club.customer.id, "pending_invoice_items_behavior": "include"})
    assert sums(invoice) == (500, 500, 500, 550)
    assert rates.update(on_top.id, {"active": False}).active is False
    assert [one.id for one in rates.list({"active": False, "limit": 1}).data] == [on_top.id]
    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        club.v1.invoices.update(invoice.id, {"default_tax_rates": [on_top.id]})


def test_an_invoice_is_not_finalized_for_nowhere(club: Club) -> None:
    club.v1.invoice_items.create({"customer": club.customer.id, "amount": 1190, "currency": "eur"})
    invoice = club.v1.invoices.create(
        {"customer": club.customer.id, "pending_invoice_items_behavior": "include", **TAXED}
    )
    assert invoice.automatic_tax.status == "requires_location_inputs"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        club.v1.invoices.finalize_invoice(invoice.id)
    assert refusal.value.code == "customer_tax_location_invalid"
    club.v1.customers.update(club.customer.id, {"address": BERLIN, "tax_exempt": "reverse"})
    final = club.v1.invoices.finalize_invoice(invoice.id)
    (tax,) = final.total_taxes or []
    assert (final.status, tax.amount, tax.taxability_reason) == ("open", 0, "reverse_charge")


def test_checkout_taxes_a_subscription_and_its_renewal(till: Till) -> None:
    club = Club(till, None)
    price = club.v1.prices.create(
        {"currency": "eur", "unit_amount": 1000, "product": str(club.price.product), "tax_behavior": "exclusive",
         "recurring": {"interval": "month"}}
    )  # fmt: skip
    session = till.session(mode="subscription", line_items=[{"price": price.id, "quantity": 1}], **TAXED)
    address = {f"billing_{name}": value for name, value in BERLIN.items()}
    assert "€11.90" in till.submit(session, **address).text
    assert till.submit(session, **address).status_code == 303
    done = till.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice", "subscription"]})
    invoice: Any = done.invoice
    subscription: Any = done.subscription
    assert (done.amount_total, invoice.amount_paid, invoice.total_taxes[0].amount) == (1190, 1190, 190)
    assert subscription.automatic_tax.enabled is True
    assert till.v1.customers.retrieve(str(done.customer)).address.city == "Berlin"
    till.v1.subscriptions.cancel(subscription.id)


def test_the_invoice_page_shows_the_tax(club: Club) -> None:
    club.v1.customers.update(club.customer.id, {"address": BERLIN})
    club.join(**TAXED)
    shown = requests.get(str(club.invoices()[0].hosted_invoice_url), timeout=20).text
    assert "Tax included" in shown
    assert "€1.44" in shown
