"""The wire: keys, versions, request ids, expansion, pages of lists (STRIPE.md section 2)."""

import uuid
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import Till


def test_basic_and_bearer(till: Till) -> None:
    address = f"{till.sandbox.url}/v1/customers"
    basic = requests.get(address, auth=("sk_test_x", ""), timeout=60)
    bearer = requests.get(address, headers={"Authorization": "Bearer sk_test_x"}, timeout=60)
    assert (basic.status_code, bearer.status_code) == (200, 200)


def test_headers_of_an_answer(till: Till) -> None:
    answer = requests.get(f"{till.sandbox.url}/v1/customers", auth=("sk_test_x", ""), timeout=60)
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert answer.headers["Content-Type"] == "application/json"
    older = requests.get(
        f"{till.sandbox.url}/v1/customers",
        auth=("sk_test_x", ""),
        headers={"Stripe-Version": "2025-03-31.basil"},
        timeout=60,
    )
    assert older.headers["Stripe-Version"] == "2025-03-31.basil"


def test_curl_may_leave_out_indexes(till: Till) -> None:
    body = "amount=2000&currency=eur&payment_method=pm_card_visa&confirm=true&return_url=http://shop.example&expand[]=latest_charge"
    answer = requests.post(f"{till.sandbox.url}/v1/payment_intents", auth=("sk_test_x", ""), data=body, timeout=60)
    assert answer.json()["latest_charge"]["object"] == "charge"


def test_expansion_to_depth_four(till: Till) -> None:
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    intent = till.intent(customer=customer.id)
    till.v1.refunds.create({"payment_intent": intent.id})
    found: Any = till.v1.refunds.list(
        {
            "payment_intent": intent.id,
            "expand": ["data.charge.payment_intent.latest_charge.customer", "data.payment_intent"],
        }
    )
    refund = found.data[0]
    assert refund.charge.payment_intent.latest_charge.customer.email == "ada@buyer.example"
    assert refund.payment_intent.id == intent.id
    assert refund.charge.customer == customer.id


def test_expansion_in_a_create(till: Till) -> None:
    intent: Any = till.intent(expand=["latest_charge.balance_transaction", "payment_method", "customer"])
    assert intent.latest_charge.status == "succeeded"
    assert intent.payment_method.card.last4 == "4242"
    assert intent.customer is None


def test_pages_forwards_and_backwards(till: Till) -> None:
    email = f"{uuid.uuid4().hex}@buyer.example"
    made = [till.v1.customers.create({"email": email}).id for _ in range(5)][::-1]
    find = till.v1.customers.list
    first = find({"email": email, "limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (made[:2], True)
    assert first.url == "/v1/customers"
    second = find({"email": email, "limit": 2, "starting_after": made[1]})
    assert ([one.id for one in second.data], second.has_more) == (made[2:4], True)
    last = find({"email": email, "limit": 2, "starting_after": made[3]})
    assert ([one.id for one in last.data], last.has_more) == (made[4:], False)
    back = find({"email": email, "limit": 2, "ending_before": made[4]})
    assert ([one.id for one in back.data], back.has_more) == (made[2:4], True)
    assert [one.id for one in find({"email": email, "limit": 2}).auto_paging_iter()] == made


def test_lists_by_time(till: Till) -> None:
    customer = till.v1.customers.create({"email": "time@buyer.example"})
    find = till.v1.customers.list
    assert customer.id in [one.id for one in find({"created": customer.created}).data]
    assert customer.id in [
        one.id for one in find({"created": {"gte": customer.created, "lt": customer.created + 1}}).data
    ]
    assert customer.id not in [one.id for one in find({"created": {"gt": customer.created}}).data]


def test_metadata_keeps_what_it_was_given(till: Till) -> None:
    given = {"0": "zero", "_secret": "kept", "object": "event", "a.b": "ü €"}
    customer = till.v1.customers.create({"metadata": given})
    assert till.v1.customers.retrieve(customer.id).metadata.to_dict() == given


def test_a_deleted_customer(till: Till) -> None:
    customer = till.v1.customers.create({"email": "gone@buyer.example"})
    assert till.v1.customers.delete(customer.id).deleted is True
    assert till.v1.customers.retrieve(customer.id).deleted is True
    assert till.v1.customers.list({"email": "gone@buyer.example"}).data == []
    assert till.types(customer.id) == ["customer.created", "customer.deleted"]


def test_updating_and_unsetting(till: Till) -> None:
    customer = till.v1.customers.create({"name": "Ada", "address": {"line1": "Lane 1"}, "metadata": {"a": "1"}})
    changed = till.v1.customers.update(customer.id, {"name": "", "address": "", "metadata": {"a": ""}})
    assert (changed.name, changed.address, changed.metadata.to_dict()) == (None, None, {})
    updated = till.story(customer.id)[-1]
    assert updated.type == "customer.updated"
    assert updated.data.previous_attributes["name"] == "Ada"


def test_events_by_type_and_by_delivery(till: Till) -> None:
    customer = till.v1.customers.create({"name": "Ada"})
    till.sandbox.deliver()
    kinds = till.v1.events.list({"types": ["customer.created", "customer.deleted"], "limit": 5}).data
    assert kinds[0].data.object.id == customer.id
    wild = till.v1.events.list({"type": "customer.*", "limit": 1}).data
    assert wild[0].id == kinds[0].id
    assert kinds[0].pending_webhooks == 0
    delivered = till.v1.events.list({"type": "customer.created", "delivery_success": True, "limit": 1}).data
    assert delivered[0].id == kinds[0].id
    assert till.v1.events.retrieve(kinds[0].id).api_version == "2026-10-28.endive"


def test_the_account_balance_and_portal_configuration(till: Till) -> None:
    account = till.v1.accounts.retrieve_current()
    assert (account.id.startswith("acct_"), account.charges_enabled) == (True, True)
    assert till.v1.balance.retrieve().pending[0].currency == "eur"
    features: Any = {
        "invoice_history": {"enabled": True},
        "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
    }
    made = till.v1.billing_portal.configurations.create({"features": features})
    assert made.features.subscription_cancel.mode == "at_period_end"
    assert made.id in [one.id for one in till.v1.billing_portal.configurations.list().data]


def test_payment_methods_of_a_customer(till: Till) -> None:
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    method = till.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer.id})
    assert [one.id for one in till.v1.customers.payment_methods.list(customer.id).data] == [method.id]
    assert till.v1.payment_methods.detach(method.id).customer is None
    assert till.v1.customers.payment_methods.list(customer.id).data == []


@pytest.mark.parametrize("token", ["pm_card_chargeDeclined", "pm_card_chargeDeclinedExpiredCard"])
def test_a_card_that_declines_cannot_be_attached(till: Till, token: str) -> None:
    customer = till.v1.customers.create()
    with pytest.raises(stripe.CardError) as caught:
        till.v1.payment_methods.attach(token, {"customer": customer.id})
    assert caught.value.http_status == 402


def test_a_card_that_fails_later_can_be_attached(till: Till) -> None:
    customer = till.v1.customers.create()
    method = till.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    assert method.customer == customer.id
