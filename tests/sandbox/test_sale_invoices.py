"""invoice_creation: a paid invoice of what was bought once (docs: receipts and paid invoices)."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.test_tax_and_recovery import GERMANY, TAXED, item
from tests.sandbox.till import COURIER, HELD, POST, TEA, Till

ON: Any = {"enabled": True}
TOLD = [
    "payment_intent.created",
    "customer.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice.created",
    "invoice.finalized",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
    "checkout.session.completed",
]


def told(till: Till, session: stripe.checkout.Session) -> list[stripe.Event]:
    """What was told about the session, its intent, its customer and their invoice; charges settle later."""
    done = till.v1.checkout.sessions.retrieve(session.id)
    names = {session.id, done.payment_intent, done.customer, done.invoice}
    found = []
    for event in till.v1.events.list({"limit": 60}).data[::-1]:
        thing = event.data.object.to_dict()
        about = {thing.get(name) for name in ("id", "payment_intent", "customer", "invoice")} - {None}
        if about & names and event.type != "charge.updated":
            found.append(event)
    return found


def invoice_of(till: Till, session: stripe.checkout.Session) -> stripe.Invoice:
    name = till.v1.checkout.sessions.retrieve(session.id).invoice
    return till.v1.invoices.retrieve(str(name), {"expand": ["payments"]})


def test_a_paid_invoice_with_all_that_the_shop_said(till: Till) -> None:
    data: Any = {
        "description": "One order of tea",
        "footer": "Thank you.",
        "custom_fields": [{"name": "Order", "value": "7"}],
        "metadata": {"order": "7"},
        "rendering_options": {"amount_tax_display": "include_inclusive_tax"},
    }
    session = till.session(invoice_creation={**ON, "invoice_data": data})
    assert (session.invoice, session.customer_creation) == (None, "if_required")
    shown = session.invoice_creation
    assert (shown.enabled, shown.invoice_data.footer) == (True, "Thank you.")
    till.pay(session)
    events = told(till, session)
    assert [event.type for event in events] == TOLD
    snapshots = {event.type: event.data.object for event in events}
    assert [snapshots[f"invoice.{step}"].status for step in ("created", "finalized", "paid")] == [
        "draft",
        "open",
        "paid",
    ]
    completed, invoice = snapshots["checkout.session.completed"], invoice_of(till, session)
    assert (completed.invoice, completed.payment_status) == (invoice.id, "paid")
    assert (invoice.billing_reason, invoice.customer, invoice.parent) == ("manual", completed.customer, None)
    assert (invoice.total, invoice.amount_paid, invoice.amount_remaining, invoice.attempted) == (2500, 2500, 0, True)
    assert invoice.number.endswith("-0001")
    assert (invoice.description, invoice.footer, invoice.metadata["order"]) == ("One order of tea", "Thank you.", "7")
    assert [(one.name, one.value) for one in invoice.custom_fields] == [("Order", "7")]
    assert invoice.rendering.amount_tax_display == "include_inclusive_tax"
    line = invoice.lines.data[0]
    assert (line.description, line.quantity, line.amount) == ("Tea", 2, 2500)
    assert [one.payment.payment_intent for one in invoice.payments.data] == [completed.payment_intent]
    page = requests.get(str(invoice.hosted_invoice_url), timeout=20).text
    for words in ("One order of tea", "Thank you.", "Order", "ada@buyer.example", "€25.00"):
        assert words in page
    charge = till.read(session).payment_intent.latest_charge
    assert requests.get(charge.receipt_url, timeout=20).status_code == 200


def test_the_invoice_is_the_session_to_the_cent(till: Till) -> None:
    coupon = till.v1.coupons.create({"percent_off": 10, "max_redemptions": 1})
    session = till.session(
        **TAXED,
        line_items=[item("exclusive"), item("inclusive", 1190)],
        shipping_options=[POST, COURIER],
        discounts=[{"coupon": coupon.id}],
        invoice_creation=ON,
    )
    till.submit(session, **GERMANY)
    assert till.submit(session, **GERMANY).status_code == 303
    paid, invoice = till.read(session), invoice_of(till, session)
    sums = paid.total_details
    assert (invoice.total, invoice.amount_paid) == (paid.amount_total, paid.amount_total)
    assert (invoice.subtotal, invoice.amount_shipping) == (paid.amount_subtotal, 490)
    assert sum(tax.amount for tax in invoice.total_taxes) == sums.amount_tax > 0
    assert {tax.tax_behavior for tax in invoice.total_taxes} == {"exclusive", "inclusive"}
    assert invoice.total_excluding_tax == invoice.total - sums.amount_tax
    assert [one.amount for one in invoice.total_discount_amounts] == [sums.amount_discount] == [219]
    assert [sum(one.amount for one in line.discount_amounts) for line in invoice.lines.data] == [100, 119]
    assert (invoice.shipping_cost.amount_total, invoice.automatic_tax.status) == (490, "complete")
    assert till.v1.coupons.retrieve(coupon.id).times_redeemed == 1


def test_a_customers_balance_is_left_alone(till: Till) -> None:
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    till.v1.customers.balance_transactions.create(customer.id, {"amount": -700, "currency": "eur"})
    session = till.session(customer=customer.id, invoice_creation=ON)
    till.pay(session)
    invoice = invoice_of(till, session)
    assert (invoice.amount_due, invoice.starting_balance, invoice.ending_balance) == (2500, 0, 0)
    assert till.v1.customers.retrieve(customer.id).balance == -700


def test_a_debit_has_its_invoice_when_the_money_comes(till: Till) -> None:
    session = till.session(allowed_payment_method_types=["sepa_debit"], invoice_creation=ON)
    till.submit(session, method="sepa_debit", iban="AT611904300234573201", holder="Ada Buyer")
    assert till.read(session).invoice is None
    till.sandbox.advance(6)
    assert [event.type for event in told(till, session)][-7:] == [
        *TOLD[4:10],
        "checkout.session.async_payment_succeeded",
    ]
    assert invoice_of(till, session).status == "paid"


def test_a_decline_leaves_no_invoice(till: Till) -> None:
    session = till.session(invoice_creation=ON)
    till.pay(session, "4000000000000002")
    assert (till.read(session).invoice, till.read(session).status) == (None, "open")
    till.pay(session)
    assert len(till.v1.invoices.list({"customer": str(till.read(session).customer)}).data) == 1


def test_sessions_that_want_none(till: Till) -> None:
    session = till.session(invoice_creation={"enabled": False})
    till.pay(session)
    assert (till.read(session).invoice, till.read(session).customer) == (None, None)


def test_a_payment_link_makes_invoices_too(till: Till) -> None:
    params: Any = {"line_items": [TEA], "invoice_creation": ON}
    link: Any = till.v1.payment_links.create(params)
    assert link.invoice_creation.enabled is True
    begun = requests.get(link.url, timeout=20, allow_redirects=False).headers["Location"].rpartition("/")[2]
    session = till.v1.checkout.sessions.retrieve(begun)
    till.pay(session)
    assert invoice_of(till, session).status == "paid"


def data(**fields: Any) -> Any:
    return {"invoice_creation": {**ON, "invoice_data": fields}}


@pytest.mark.parametrize(
    ("params", "param", "words"),
    [
        (
            {"mode": "setup", "line_items": None, "currency": "eur", "invoice_creation": ON},
            "invoice_creation",
            "`mode` is set",
        ),
        (
            {"invoice_creation": {"invoice_data": {"footer": "x"}}},
            "invoice_creation[enabled]",
            "Missing required param",
        ),
        ({"invoice_creation": ON, **HELD}, "invoice_creation", "only held"),
        (data(description="x" * 1501), "invoice_creation[invoice_data][description]", "at most 1500"),
        (data(footer="x" * 5001), "invoice_creation[invoice_data][footer]", "at most 5000"),
        (data(metadata={"k" * 41: "v"}), "invoice_creation[invoice_data][metadata]", "at most 40"),
        (
            data(custom_fields=[{"name": "n", "value": "v" * 141}]),
            "invoice_creation[invoice_data][custom_fields][0][value]",
            "at most 140",
        ),
        (
            data(custom_fields=[{"name": str(n), "value": "v"} for n in range(5)]),
            "invoice_creation[invoice_data][custom_fields]",
            "up to 4",
        ),
        (data(account_tax_ids=["txi_1"]), "invoice_creation[invoice_data][account_tax_ids]", "no tax ids"),
        (data(nonsense="1"), "invoice_creation[invoice_data][nonsense]", "unknown parameter"),
    ],
)
def test_invoices_that_are_not_made(till: Till, params: Any, param: str, words: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.session(**params)
    assert (refusal.value.http_status, refusal.value.param) == (400, param)
    assert words in str(refusal.value)
