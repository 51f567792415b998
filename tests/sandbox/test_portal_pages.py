"""More of the customer portal: details, quantities, offers to stay, pauses that end, confirmed changes, invoices."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.test_portal import Member, post
from tests.sandbox.till import SHOP, Till

DAY = 86400
MAY_CHANGE: Any = {"enabled": True, "allowed_updates": ["name", "email", "phone", "address", "shipping"]}
HOME = {"line1": "Lane 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}


@pytest.fixture(scope="module")
def member(sandbox: Any, client: stripe.StripeClient, listener: Any) -> Any:
    one = Member(
        Till(sandbox, client, listener),
        customer_update=MAY_CHANGE,
        subscription_pause={
            "enabled": True,
            "duration": {"type": "interval_options", "interval_options": [{"interval": "week"}, {"interval": "month"}]},
        },
    )
    yield one
    client.v1.subscriptions.cancel(one.plan.id)


def page(link: str) -> str:
    answer = requests.get(link, timeout=10)
    answer.raise_for_status()
    return answer.text


def test_details_are_changed_and_told(member: Member) -> None:
    link = member.link()
    before = member.v1.customers.update(member.customer.id, {"email": "old@buyer.example"}).email
    assert "Change details" in page(link)
    assert f'value="{before}"' in page(f"{link}/details")
    wrong = post(f"{link}/details", name="Ada", email="nobody")
    assert (wrong.status_code, "Your email is incomplete." in wrong.text) == (200, True)
    shipping = {f"shipping_{name}": value for name, value in (HOME | {"name": "Ada Field"}).items()}
    assert post(f"{link}/details", name="Ada Field", email="ada@field.example", **HOME, **shipping).status_code == 303
    customer = member.v1.customers.retrieve(member.customer.id)
    assert (customer.name, customer.email, customer.address.line1) == ("Ada Field", "ada@field.example", "Lane 1")
    assert customer.shipping.name == "Ada Field"
    event = member.v1.events.list({"type": "customer.updated", "limit": 1}).data[0]
    assert event.data.previous_attributes["email"] == before
    assert "Ada Field" in page(link)


def test_a_deep_link_to_the_details(member: Member) -> None:
    back = {"type": "redirect", "redirect": {"return_url": f"{SHOP}/account"}}
    session = member.session(flow_data={"type": "customer_update", "after_completion": back})
    assert session.flow.type == "customer_update"
    assert "<h1>Your details</h1>" in page(session.url)
    assert post(f"{session.url}/details", name="Ada", email="a@b.example").headers["Location"] == f"{SHOP}/account"
    assert member.v1.customers.retrieve(member.customer.id).shipping is None


def test_details_that_the_shop_does_not_open(till: Till) -> None:
    bare = Member(till, customer_update={"enabled": True, "allowed_updates": ["email"]})
    link = bare.link()
    assert 'name="line1"' not in page(f"{link}/details")
    post(f"{link}/details", email="new@buyer.example", name="Mallory")
    customer = till.v1.customers.retrieve(bare.customer.id)
    assert (customer.email, customer.name) == ("new@buyer.example", None)
    closed = Member(till)
    assert post(f"{closed.link()}/details", email="new@buyer.example").status_code == 409
    with pytest.raises(stripe.InvalidRequestError, match="disabled in the portal configuration"):
        closed.session(flow_data={"type": "customer_update"})
    for one in (bare, closed):
        till.v1.subscriptions.cancel(one.plan.id)


def test_a_pause_of_a_chosen_length_ends_by_itself(member: Member) -> None:
    link = member.link()
    assert "1 week" in page(f"{link}/pause/{member.plan.id}")
    assert post(f"{link}/pause/{member.plan.id}").status_code == 400
    post(f"{link}/pause/{member.plan.id}", duration="0")
    assert member.read().status == "paused"
    member.till.sandbox.advance(6 * DAY)
    assert member.read().status == "paused"
    member.till.sandbox.advance(DAY + 60)
    assert member.read().status == "active"


def test_a_confirmed_change_is_what_the_link_says(member: Member) -> None:
    coupon = member.v1.coupons.create({"percent_off": 25, "duration": "forever", "name": "Welcome back"})
    item = {"id": member.plan["items"].data[0].id, "price": member.dear.id, "quantity": 2}
    asked = {"subscription": member.plan.id, "items": [item], "discounts": [{"coupon": coupon.id}]}
    kind: Any = {"type": "subscription_update_confirm", "subscription_update_confirm": asked}
    link, before = member.link(flow_data=kind), len(member.read().discounts)
    assert "€20.00 per month" in page(link)
    post(f"{link}/plan/{member.plan.id}", price=member.cheap.id, quantity="9")
    changed = member.read()
    assert (changed["items"].data[0].price.id, changed["items"].data[0].quantity) == (member.dear.id, 2)
    assert len(changed.discounts) == before + 1


def test_an_offer_to_stay(member: Member) -> None:
    coupon = member.v1.coupons.create({"percent_off": 50, "duration": "once", "name": "Half a month"})
    retention = {"type": "coupon_offer", "coupon_offer": {"coupon": coupon.id}}
    cancel = {"subscription": member.plan.id, "retention": retention}
    link = member.link(flow_data={"type": "subscription_cancel", "subscription_cancel": cancel})
    assert "Half a month, 50 % off" in page(link)
    post(f"{link}/retain/{member.plan.id}")
    assert member.v1.coupons.retrieve(coupon.id).times_redeemed == 1
    assert member.read().cancel_at is None
    assert post(f"{member.link()}/retain/{member.plan.id}").status_code == 409


def test_a_quantity_within_its_bounds(till: Till) -> None:
    first = Member(till)
    bounds = {"enabled": True, "minimum": 1, "maximum": 3}
    product = {
        "product": str(first.cheap.product),
        "prices": [first.cheap.id, first.dear.id],
        "adjustable_quantity": bounds,
    }
    update: Any = {"enabled": True, "default_allowed_updates": ["price", "quantity"], "products": [product]}
    till.v1.billing_portal.configurations.update(first.configuration.id, {"features": {"subscription_update": update}})
    link = first.link()
    assert 'max="3"' in page(f"{link}/plan/{first.plan.id}")
    assert post(f"{link}/plan/{first.plan.id}", price=first.cheap.id, quantity="4").status_code == 400
    post(f"{link}/plan/{first.plan.id}", price=first.cheap.id, quantity="3")
    assert first.read()["items"].data[0].quantity == 3
    till.v1.subscriptions.cancel(first.plan.id)


def test_an_invoice_can_be_read(member: Member) -> None:
    invoice = member.v1.invoices.retrieve(str(member.plan.latest_invoice))
    text = page(str(invoice.hosted_invoice_url))
    for words in (f"Invoice {invoice.number}", "Sandbox", "ada@buyer.example", "Club", "€9.00", "Paid"):
        assert words in text
    assert "There is no such page" in requests.get(f"{member.till.sandbox.url}/i/in_none", timeout=10).text
