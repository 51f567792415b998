"""Visa Compelling Evidence 3.0: twenty histories, just in and just out of each window, told in the database's rows."""

from datetime import UTC, datetime, timedelta

import pytest

from storefront.buyers.buyer import buyer_of
from storefront.evidence.enhanced import KEY, enhanced_of
from storefront.orders.order import LineItem, Order
from storefront.payments.dispute import Dispute
from storefront.payments.fraud_warning import FraudWarning
from storefront.payments.payment import Payment

OPENED = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)
HOME = {"line1": "Gartenweg 4", "city": "Berlin", "postal_code": "10115", "country": "DE"}
SAME = {"ip": "203.0.113.7", "email": "ada@buyer.example", "address": HOME, "card": "fp_ada"}
AWAY = {"line1": "Elsewhere 1", "city": "Bonn", "postal_code": "53111", "country": "DE"}
WARNED, ASKED = {"warned": True}, {"disputed": True}

HISTORIES = {
    "two at 120 and 365 days": ([(120, {}), (365, {})], {}, True),
    "one at 119 days": ([(119, {}), (200, {})], {}, False),
    "one at 366 days": ([(200, {}), (366, {})], {}, False),
    "both at 120 days": ([(120, {}), (120, {})], {}, True),
    "both at 365 days": ([(365, {}), (365, {})], {}, True),
    "only one": ([(200, {})], {}, False),
    "none": ([], {}, False),
    "too young ones beside two": ([(10, {}), (119, {}), (150, {}), (300, {})], {}, True),
    "one of two disputed": ([(150, ASKED), (200, {})], {}, False),
    "one of three disputed": ([(150, ASKED), (200, {}), (210, {})], {}, True),
    "one of two warned of": ([(150, WARNED), (200, {})], {}, False),
    "one with another card": ([(150, {"card": "fp_other"}), (200, {})], {}, False),
    "internet address and buyer, another place": ([(150, {"address": AWAY}), (200, {"address": AWAY})], {}, True),
    "internet address and place, another buyer": (
        [(150, {"email": "b@x.example"}), (200, {"email": "b@x.example"})],
        {},
        True,
    ),
    "buyer and place, another internet address": ([(150, {"ip": "198.51.100.1"}), (200, {})], {}, False),
    "internet address alone": (
        [(150, {"email": "b@x.example", "address": AWAY}), (200, {"email": "c@x.example", "address": AWAY})],
        {},
        False,
    ),
    "the second element differs between the two": (
        [(150, {"email": "b@x.example"}), (200, {"address": AWAY})],
        {},
        False,
    ),
    "the address in capitals and with spaces": (
        [
            (150, {"email": "b@x.example", "address": {**HOME, "line1": "GARTENWEG  4"}}),
            (200, {"email": "c@x.example"}),
        ],
        {},
        True,
    ),
    "internet address erased by age": ([(150, {}), (200, {})], {"ip": ""}, False),
    "a reason of Visa's that is not 10.4": ([(150, {}), (200, {})], {"code": "13.1"}, False),
}


def purchase(session, day, number, **changed):
    facts = {**SAME, **changed}
    order = Order(
        number=number, cart_id=number, state="completed", capture_policy="automatic", country="DE", currency="eur",
        subtotal=1250, total=1250, ip=facts["ip"], email=facts["email"], address=facts["address"], created_at=day,
        buyer_id=buyer_of(session, facts["email"]).id,
        lines=[LineItem(position=1, handle="tea", title="Tea", unit_amount=1250, quantity=1)],
    )  # fmt: skip
    session.add(order)
    session.flush()
    payment = Payment(
        order_id=order.id, state="succeeded", lines_hash="", capture_method="automatic", currency="eur", amount=1250,
        received=1250, charge_id=f"ch_{number}", session_expires_at=day, paid_at=day, settled_order=True,
        card_fingerprint=facts["card"],
    )  # fmt: skip
    session.add(payment)
    session.flush()
    if facts.get("disputed"):
        session.add(dispute_of(payment, "du_" + number, OPENED))
    if facts.get("warned"):
        session.add(
            FraudWarning(stripe_id=f"issfr_{number}", order_id=order.id, payment_id=payment.id, fraud_type="misc", actionable=True)
        )  # fmt: skip
    return payment


def dispute_of(payment, stripe_id, opened, code="10.4"):
    return Dispute(
        stripe_id=stripe_id, order_id=payment.order_id, payment_id=payment.id, amount=1250, currency="eur",
        status="needs_response", reason="fraudulent", network="visa", reason_code=code, opened_at=opened,
        eligibility={KEY: {"status": "requires_action"}},
    )  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_the_flag_is_right(session, name):
    earlier, changed, flag = HISTORIES[name]
    for place, (age, facts) in enumerate(earlier):
        day = OPENED.replace(hour=0 if place % 2 else 23) - timedelta(days=age)
        purchase(session, day, f"OLD{place}", **facts)
    payment = purchase(session, OPENED - timedelta(days=3), "NEWEST", **changed)
    dispute = dispute_of(payment, "du_now", OPENED, changed.get("code", "10.4"))
    session.add(dispute)
    session.flush()

    found = enhanced_of(session, dispute)

    assert (found.match is not None) is flag
    assert bool(found.parameters) is flag
    if flag:
        sent = found.parameters[KEY]
        assert len({one["charge"] for one in sent["prior_undisputed_transactions"]}) == 2
        assert sent["disputed_transaction"]["customer_purchase_ip"] == SAME["ip"]
        assert "user_agent" not in str(sent)


@pytest.mark.parametrize("status", ["not_qualified", "", "something_new"])
def test_stripe_decides_whether_it_may_be_answered_so(session, status):
    for place, age in enumerate((150, 200)):
        purchase(session, OPENED - timedelta(days=age), f"OLD{place}")
    dispute = dispute_of(purchase(session, OPENED - timedelta(days=3), "NEWEST"), "du_now", OPENED)
    dispute.eligibility = {KEY: {"status": status}} if status else {}
    session.add(dispute)
    session.flush()
    found = enhanced_of(session, dispute)
    assert found.match is not None
    assert found.parameters == {}
