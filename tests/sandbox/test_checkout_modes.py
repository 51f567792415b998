"""Checkout that subscribes, keeps a card, knows a returning buyer, or takes a promotion code (STRIPE.md section 3)."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import TEA, Till

DAY = 86400
CLUB = {
    "quantity": 1,
    "price_data": {
        "currency": "eur",
        "unit_amount": 900,
        "recurring": {"interval": "month"},
        "product_data": {"name": "Coffee club"},
    },
}


def plan(till: Till, **more: Any) -> stripe.checkout.Session:
    return till.session(mode="subscription", line_items=[CLUB], **more)


def types_of(till: Till, customer: str) -> list[str]:
    told = [(event.type, event.data.object.to_dict()) for event in till.v1.events.list({"limit": 60}).data[::-1]]
    invoices = {thing["id"] for _, thing in told if thing["object"] == "invoice" and thing["customer"] == customer}
    return [
        kind
        for kind, thing in told
        if customer in (thing.get("id"), thing.get("customer")) or thing.get("invoice") in invoices
    ]


def last_told(till: Till, kind: str, customer: str) -> Any:
    """The object of the newest event of this type about this customer, as it was told."""
    found = [event.data.object for event in till.v1.events.list({"type": kind, "limit": 20}).data]
    return next(one for one in found if one.customer == customer)


def ends(till: Till, session: stripe.checkout.Session) -> None:
    till.v1.subscriptions.cancel(str(till.read(session).subscription))


@pytest.mark.parametrize("first", [False, True])
def test_subscribing(till: Till, variant: Callable[[str, str], None], first: bool) -> None:
    variant("session_event", "first" if first else "last")
    session = plan(till, subscription_data={"metadata": {"order": "7"}}, client_reference_id="7")
    page = requests.get(till.page(session), timeout=60).text
    assert ">Subscribe</button>" in page
    assert "€9.00 per month" in page
    assert till.pay(session)["state"] == "done"
    done = till.read(session)
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "paid", None)
    assert (done.amount_total, done.client_reference_id) == (900, "7")
    bought = till.v1.subscriptions.retrieve(str(done.subscription))
    assert (bought.status, bought.metadata["order"], bought.customer) == ("active", "7", done.customer)
    assert (bought.latest_invoice, bought.default_payment_method is not None) == (done.invoice, True)
    told = types_of(till, str(done.customer))
    session_event = told.pop(0 if first else -1)
    assert session_event == "checkout.session.completed"
    assert told == [
        "customer.created",
        "payment_method.attached",
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
    completed, begun = (
        last_told(till, kind, str(done.customer))
        for kind in ("checkout.session.completed", "customer.subscription.created")
    )
    assert (completed.subscription, completed.invoice) == (bought.id, bought.latest_invoice)
    assert completed.payment_intent is None
    assert begun.status == "incomplete"
    ends(till, session)


@pytest.mark.parametrize("status", ["no_payment_required", "paid"])
def test_a_trial(till: Till, variant: Callable[[str, str], None], status: str) -> None:
    variant("trial_session", status)
    session = plan(till, subscription_data={"trial_period_days": 14})
    page = requests.get(till.page(session), timeout=60).text
    assert ">Subscribe and start trial</button>" in page
    assert "Free until" in page
    till.pay(session)
    done = till.read(session)
    assert (done.amount_total, done.payment_status) == (0, status)
    assert types_of(till, str(done.customer)) == [
        "customer.created",
        "setup_intent.created",
        "setup_intent.succeeded",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.completed",
    ]
    begun = last_told(till, "customer.subscription.created", str(done.customer))
    assert (begun.status, begun.trial_end) == ("trialing", begun.created + 14 * DAY)
    completed = last_told(till, "checkout.session.completed", str(done.customer))
    assert (completed.amount_total, completed.payment_status) == (0, status)
    assert last_told(till, "invoice.paid", str(done.customer)).total == 0
    assert till.v1.subscriptions.retrieve(str(done.subscription)).status == "trialing"
    ends(till, session)


def test_a_trial_without_a_card(till: Till) -> None:
    data = {"trial_period_days": 7, "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}}}
    session = plan(till, subscription_data=data, payment_method_collection="if_required")
    assert 'name="card_number"' not in requests.get(till.page(session), timeout=60).text
    assert till.pay(session)["state"] == "done"
    assert till.v1.subscriptions.retrieve(str(till.read(session).subscription)).default_payment_method is None
    ends(till, session)


@pytest.mark.parametrize("trial", [{}, {"trial_period_days": 14}])
def test_subscribing_with_authentication(till: Till, trial: Any) -> None:
    session = plan(till, subscription_data=trial)
    card = "4000002500003155"
    assert till.pay(session, card, authentication="fail")["state"] == "declined"
    assert till.read(session).status == "open"
    assert till.pay(session, card, authentication="complete")["state"] == "done"
    status = till.v1.subscriptions.retrieve(str(till.read(session).subscription)).status
    assert status == ("trialing" if trial else "active")
    ends(till, session)


def test_a_declined_card_then_another(till: Till) -> None:
    session = plan(till)
    for card in ("4000000000000002", "4000000000000341"):
        outcome = till.pay(session, card)
        assert (outcome["state"], outcome["decline_code"]) == ("declined", "generic_decline")
    assert till.pay(session)["state"] == "done"
    customer = str(till.read(session).customer)
    assert len(till.v1.subscriptions.list({"customer": customer, "status": "all"}).data) == 1
    ends(till, session)


def test_something_paid_once_beside_a_plan(till: Till) -> None:
    session = till.session(mode="subscription", line_items=[CLUB, TEA])
    till.pay(session)
    done = till.read(session)
    invoice = till.v1.invoices.retrieve(str(done.invoice))
    assert (done.amount_total, invoice.total, len(invoice.lines.data)) == (3400, 3400, 2)
    assert len(till.v1.subscriptions.retrieve(str(done.subscription))["items"].data) == 1
    ends(till, session)


@pytest.mark.parametrize("card", ["4242424242424242", "4000002500003155"])
def test_keeping_a_card(till: Till, card: str) -> None:
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    session = till.session(mode="setup", line_items=None, currency="eur", customer=customer.id)
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    assert ">Save card</button>" in requests.get(till.page(session), timeout=60).text
    assert till.pay(session, card, authentication="complete")["state"] == "done"
    kept = till.v1.setup_intents.retrieve(str(till.read(session).setup_intent))
    assert (kept.status, kept.customer) == ("succeeded", customer.id)
    assert till.v1.payment_methods.list({"customer": customer.id}).data[0].id == kept.payment_method


def test_a_returning_buyer_pays_with_a_saved_card(till: Till) -> None:
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    options = {"payment_method_save": "enabled"}
    first = till.session(customer=customer.id, saved_payment_method_options=options)
    assert "Keep this card" in requests.get(till.page(first), timeout=60).text
    till.submit(first, save="yes")
    again = till.session(customer=customer.id)
    assert "Visa ending in 4242" in requests.get(till.page(again), timeout=60).text
    method = till.v1.payment_methods.list({"customer": customer.id}).data[0]
    assert method.allow_redisplay == "always"
    typed = {"email": "ada@buyer.example", "saved": method.id}
    assert requests.post(till.page(again), data=typed, allow_redirects=False, timeout=60).status_code == 303
    assert till.read(again).payment_intent.payment_method == method.id
    stranger = till.session()
    assert requests.post(till.page(stranger), data=typed, allow_redirects=False, timeout=60).status_code == 200


def test_a_promotion_code(till: Till) -> None:
    coupon = till.v1.coupons.create({"amount_off": 500, "currency": "eur", "max_redemptions": 1})
    code = till.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "WREN5"})
    session = till.session(allow_promotion_codes=True)
    wrong = requests.post(f"{till.page(session)}/promotion", data={"promotion_code": "NOPE"}, timeout=60)
    assert "This code is invalid." in wrong.text
    page = requests.post(f"{till.page(session)}/promotion", data={"promotion_code": "wren5"}, timeout=60).text
    assert "\u2212€5.00" in page
    assert "€20.00" in page
    till.pay(session)
    done = till.read(session)
    assert (done.amount_subtotal, done.total_details.amount_discount, done.amount_total) == (2500, 500, 2000)
    assert (done.discounts[0].promotion_code, done.payment_intent.amount) == (code.id, 2000)
    assert done.line_items.data[0].amount_discount == 500
    assert till.v1.coupons.retrieve(coupon.id).valid is False
    late = till.session(allow_promotion_codes=True)
    spent = requests.post(f"{till.page(late)}/promotion", data={"promotion_code": "WREN5"}, timeout=60)
    assert "This code is invalid." in spent.text


def test_a_discount_by_the_shop(till: Till) -> None:
    coupon = till.v1.coupons.create({"percent_off": 10})
    session = till.session(discounts=[{"coupon": coupon.id}])
    assert (session.amount_total, session.discounts[0].coupon) == (2250, coupon.id)
    plan_session = plan(till, discounts=[{"coupon": coupon.id}])
    till.pay(plan_session)
    invoice = till.v1.invoices.retrieve(str(till.read(plan_session).invoice))
    assert (invoice.total, invoice.total_discount_amounts[0].amount) == (810, 90)
    ends(till, plan_session)


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"mode": "subscription"}, "line_items"),
        ({"mode": "subscription", "line_items": [CLUB], "payment_intent_data": {"description": "x"}}, None),
        ({"mode": "setup"}, "line_items"),
        ({"subscription_data": {"trial_period_days": 3}}, "subscription_data"),
        ({"line_items": [CLUB]}, None),
        ({"allow_promotion_codes": True, "discounts": [{"coupon": "x"}]}, None),
        ({"discounts": [{"coupon": "nothing"}]}, "discounts[0][coupon]"),
    ],
)
def test_what_does_not_go_together(till: Till, params: dict[str, Any], param: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.session(**params)
    assert param is None or refusal.value.param == param
