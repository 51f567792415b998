"""The customer portal without a script (STRIPE.md sections 9 and 12)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe

from tests.cast import EXPIRY
from tests.sandbox.story import COLLECTED
from tests.sandbox.till import SHOP, Till

TYPED = {"card_number": "4242 4242 4242 4242", "expiry": EXPIRY, "cvc": "123", "name": "Ada Buyer"}


class Member:
    """A subscriber at the portal of a shop with a cheap and a dear plan."""

    def __init__(self, till: Till, **features: Any) -> None:
        self.till, self.v1 = till, till.v1
        self.cheap, self.dear = self._price(900), self._price(2000)
        product = str(self.cheap.product)
        allowed = {"enabled": True, "default_allowed_updates": ["price"], "proration_behavior": "always_invoice"}
        offered = {"products": [{"product": product, "prices": [self.cheap.id, self.dear.id]}]}
        self.configuration = self.v1.billing_portal.configurations.create(
            {
                "features": {
                    "invoice_history": {"enabled": True},
                    "payment_method_update": {"enabled": True},
                    "subscription_cancel": {
                        "enabled": True,
                        "cancellation_reason": {"enabled": True, "options": ["unused"]},
                    },
                    "subscription_pause": {"enabled": True},
                    "subscription_update": allowed | offered,
                    **features,
                }
            }
        )
        self.customer = self.v1.customers.create({"email": "ada@buyer.example"})
        method = self.v1.payment_methods.attach("pm_card_visa", {"customer": self.customer.id})
        default = {"default_payment_method": method.id}
        self.v1.customers.update(self.customer.id, {"invoice_settings": default})
        items = [{"price": self.cheap.id}]
        self.plan = self.v1.subscriptions.create({"customer": self.customer.id, "items": items})

    def _price(self, amount: int) -> stripe.Price:
        return self.v1.prices.create(
            {
                "currency": "eur",
                "unit_amount": amount,
                "nickname": f"Club {amount}",
                "recurring": {"interval": "month"},
                "product_data": {"name": "Club"},
            }
        )

    def session(self, **more: Any) -> stripe.billing_portal.Session:
        params: Any = {"customer": self.customer.id, "return_url": f"{SHOP}/account", **more}
        return self.v1.billing_portal.sessions.create({"configuration": self.configuration.id, **params})

    def link(self, **more: Any) -> str:
        return self.session(**more).url

    def told(self) -> list[str]:
        """What was told about the customer since the last session at the portal was made; charges settle later."""
        types: list[str] = []
        for event in self.v1.events.list({"limit": 100}).auto_paging_iter():
            thing = event.data.object.to_dict()
            if self.customer.id in (thing.get("id"), thing.get("customer")) or event.type == "invoice_payment.paid":
                types.append(event.type)
            if event.type == "billing_portal.session.created" and thing["customer"] == self.customer.id:
                break
        return [one for one in types[::-1] if one != "charge.updated"]

    def snapshots(self, kind: str) -> list[stripe.Event]:
        """The newest ten events of this type about this customer or the subscription, oldest first."""
        found = self.v1.events.list({"type": kind, "limit": 10}).data[::-1]
        mine = (self.customer.id, self.plan.id)
        return [event for event in found if event.data.object.id in mine]

    def read(self) -> stripe.Subscription:
        return self.v1.subscriptions.retrieve(self.plan.id)


@pytest.fixture
def member(till: Till) -> Any:
    one = Member(till)
    yield one
    if one.read().status != "canceled":
        one.v1.subscriptions.cancel(one.plan.id)


def post(address: str, **fields: str) -> requests.Response:
    return requests.post(address, data=fields, allow_redirects=False, timeout=60)


def test_the_first_page(member: Member) -> None:
    session = member.session()
    assert session.return_url == f"{SHOP}/account"
    page = requests.get(session.url, timeout=60)
    for words in ("Club", "€9.00 per month", "Visa ending in 4242", "Change plan", "Pause", "Cancel", "-0001"):
        assert words in page.text
    assert "<script" not in page.text
    invoice = re.findall(r'href="(/i/in_[^"]+)"', page.text)[0]
    assert "€9.00" in requests.get(member.till.sandbox.url + invoice, timeout=60).text


def test_cancel_and_undo(member: Member) -> None:
    link = member.link()
    assert "You keep it until" in requests.get(f"{link}/cancel/{member.plan.id}", timeout=60).text
    assert post(f"{link}/cancel/{member.plan.id}", feedback="unused", comment="Too many cups").status_code == 303
    leaving = member.read()
    assert (leaving.status, leaving.cancel_at_period_end) == ("active", True)
    assert (leaving.cancellation_details.feedback, leaving.cancellation_details.comment) == ("unused", "Too many cups")
    assert "Do not cancel" in requests.get(link, timeout=60).text
    post(f"{link}/stay/{member.plan.id}")
    assert member.read().cancel_at is None
    assert member.told() == ["billing_portal.session.created", *["customer.subscription.updated"] * 2]
    left, stayed = (event.data.object for event in member.snapshots("customer.subscription.updated")[-2:])
    assert (left.cancel_at_period_end, left.cancel_at) == (True, leaving["items"].data[0].current_period_end)
    assert (left.canceled_at, left.cancellation_details.reason) == (leaving.canceled_at, "cancellation_requested")
    assert (stayed.cancel_at_period_end, stayed.cancel_at, stayed.canceled_at) == (False, None, None)


def test_leaving_at_the_portal_by_the_date_alone(member: Member, variant: Callable[[str, str], None]) -> None:
    variant("portal_cancel", "cancel_at")
    post(f"{member.link()}/cancel/{member.plan.id}")
    left = member.snapshots("customer.subscription.updated")[-1].data.object
    end = left["items"].data[0].current_period_end
    assert (left.cancel_at_period_end, left.cancel_at) == (False, end)
    member.till.sandbox.advance(end - member.till.now())
    ended = member.snapshots("customer.subscription.deleted")[-1].data.object
    assert (ended.status, ended.ended_at) == ("canceled", end)


def test_change_of_plan(member: Member) -> None:
    link = member.link()
    assert "Club 2000" in requests.get(f"{link}/plan/{member.plan.id}", timeout=60).text
    assert post(f"{link}/plan/{member.plan.id}", price="price_of_another").status_code == 400
    post(f"{link}/plan/{member.plan.id}", price=member.dear.id)
    assert member.read()["items"].data[0].price.id == member.dear.id
    assert member.v1.invoices.retrieve(str(member.read().latest_invoice)).billing_reason == "subscription_update"
    assert member.told() == [
        "billing_portal.session.created",
        "customer.subscription.updated",
        "invoiceitem.created",
        "invoiceitem.created",
        *COLLECTED,
    ]
    changed = member.snapshots("customer.subscription.updated")[-1]
    assert changed.data.object["items"].data[0].price.id == member.dear.id
    before = changed.data.to_dict()["previous_attributes"]["items"]["data"][0]
    assert before["price"]["id"] == member.cheap.id


def test_change_of_plan_that_the_next_invoice_settles(till: Till) -> None:
    """Without always_invoice: the two lines wait, and nothing is charged."""
    waiting = Member(till)
    change: Any = {"proration_behavior": "create_prorations"}
    till.v1.billing_portal.configurations.update(
        waiting.configuration.id, {"features": {"subscription_update": change}}
    )
    post(f"{waiting.link()}/plan/{waiting.plan.id}", price=waiting.dear.id)
    assert waiting.told() == [
        "billing_portal.session.created",
        "customer.subscription.updated",
        "invoiceitem.created",
        "invoiceitem.created",
    ]
    till.v1.subscriptions.cancel(waiting.plan.id)


def test_pause_and_resume(member: Member) -> None:
    link = member.link()
    post(f"{link}/pause/{member.plan.id}")
    assert member.read().status == "paused"
    assert "It is paused" in requests.get(link, timeout=60).text
    post(f"{link}/resume/{member.plan.id}")
    assert member.read().status == "active"


def test_change_of_card(member: Member) -> None:
    link = member.link()
    assert "published test cards" in post(f"{link}/card", **TYPED | {"card_number": "4556737586899855"}).text
    refused = post(f"{link}/card", **TYPED | {"card_number": "4000000000000002"})
    assert "Your card was declined." in refused.text
    post(f"{link}/card", **TYPED | {"card_number": "5555555555554444"})
    assert member.told()[3:] == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
    ]
    kept = member.v1.payment_methods.list({"customer": member.customer.id}).data[0].id
    told = member.snapshots("customer.updated")[-1].data.object
    assert told.invoice_settings.default_payment_method == kept
    assert "Mastercard ending in 4444" in requests.get(link, timeout=60).text
    asked = post(f"{link}/card", **TYPED | {"card_number": "4000002500003155"})
    assert post(asked.headers["Location"], answer="complete").headers["Location"].startswith(link)
    page = requests.get(link, timeout=60).text
    assert "Visa ending in 3155" in page
    default = member.v1.customers.retrieve(member.customer.id).invoice_settings.default_payment_method
    old = next(
        one.id for one in member.v1.payment_methods.list({"customer": member.customer.id}).data if one.id != default
    )
    post(f"{link}/card", saved=old)
    assert member.v1.customers.retrieve(member.customer.id).invoice_settings.default_payment_method == old


def test_an_open_invoice_is_paid(member: Member) -> None:
    member.v1.invoice_items.create({"customer": member.customer.id, "amount": 700, "currency": "eur"})
    made = member.v1.invoices.create({"customer": member.customer.id, "pending_invoice_items_behavior": "include"})
    member.v1.invoices.finalize_invoice(made.id)
    link = member.link()
    assert "Pay now" in requests.get(link, timeout=60).text
    assert post(f"{link}/invoices/{made.id}").status_code == 303
    assert member.v1.invoices.retrieve(made.id).status == "paid"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("payment_method_update", "Change card"),
        ("subscription_cancel", "Cancel Club?"),
        ("subscription_pause", "Pause Club?"),
        ("subscription_update", "Change plan"),
        ("subscription_update_confirm", "Change plan"),
    ],
)
def test_a_deep_link(member: Member, kind: Any, words: str) -> None:
    item = {"id": member.plan["items"].data[0].id, "price": member.dear.id}
    more = {"items": [item]} if kind.endswith("confirm") else {}
    data: Any = {"type": kind} | ({} if kind.startswith("payment") else {kind: {"subscription": member.plan.id} | more})
    session = member.session(flow_data=data)
    assert session.flow.type == kind
    assert words in requests.get(session.url, timeout=60).text


def test_what_follows_a_deep_link(member: Member) -> None:
    deed = {"type": "subscription_cancel", "subscription_cancel": {"subscription": member.plan.id}}
    back = {"type": "redirect", "redirect": {"return_url": f"{SHOP}/gone"}}
    link = member.link(flow_data=deed | {"after_completion": back})
    assert post(f"{link}/cancel/{member.plan.id}").headers["Location"] == f"{SHOP}/gone"
    member.v1.subscriptions.update(member.plan.id, {"cancel_at_period_end": False})
    said = {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "See you."}}
    link = member.link(flow_data=deed | {"after_completion": said})
    assert "See you." in post(f"{link}/cancel/{member.plan.id}").text


def test_a_link_dies(member: Member) -> None:
    unused, used = member.link(), member.link()
    requests.get(used, timeout=60).raise_for_status()
    member.till.sandbox.advance(301)
    assert requests.get(unused, timeout=60).status_code == 410
    member.till.sandbox.advance(3000)
    assert requests.get(used, timeout=60).status_code == 200
    member.till.sandbox.advance(3601)
    assert requests.get(used, timeout=60).status_code == 410
    assert post(f"{used}/cancel/{member.plan.id}").status_code == 410
    assert member.read().cancel_at is None


def test_nobody_reaches_the_subscription_of_another(member: Member, till: Till) -> None:
    other = Member(till)
    assert post(f"{other.link()}/cancel/{member.plan.id}").status_code == 404
    assert member.read().cancel_at is None
    with pytest.raises(stripe.InvalidRequestError, match="does not belong"):
        other.session(
            flow_data={"type": "subscription_cancel", "subscription_cancel": {"subscription": member.plan.id}}
        )
    till.v1.subscriptions.cancel(other.plan.id)


def test_what_the_shop_does_not_offer(till: Till) -> None:
    bare = Member(till, subscription_cancel={"enabled": False}, subscription_pause={"enabled": False})
    assert "Pause" not in requests.get(bare.link(), timeout=60).text
    assert post(f"{bare.link()}/cancel/{bare.plan.id}").status_code == 409
    assert post(f"{bare.link()}/pause/{bare.plan.id}").status_code == 409
    with pytest.raises(stripe.InvalidRequestError, match="disabled in the portal configuration"):
        bare.session(flow_data={"type": "subscription_pause", "subscription_pause": {"subscription": bare.plan.id}})
    till.v1.subscriptions.cancel(bare.plan.id)


def test_the_dashboard_shows_the_subscription(member: Member) -> None:
    page = requests.get(f"{member.till.sandbox.url}/subscriptions", timeout=60)
    assert page.status_code == 200
    for words in (member.plan.id, member.customer.id, "€9.00 per month", "active"):
        assert words in page.text
    assert requests.get(f"{member.till.sandbox.url}/", timeout=60).status_code == 200
