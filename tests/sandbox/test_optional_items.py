"""optional_items, and quantities that the buyer may change on the page (docs: optional-items, adjustable-quantity)."""

import re
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import TEA, Till

CLUB: Any = {
    "currency": "eur",
    "unit_amount": 900,
    "recurring": {"interval": "month"},
    "product_data": {"name": "Club"},
}
CUP: Any = {"currency": "eur", "unit_amount": 800, "product_data": {"name": "Cup"}}


class Counter:
    """A session's page, and what a buyer does there before paying."""

    def __init__(self, till: Till, **params: Any) -> None:
        self.till = till
        self.session: Any = till.session(**params)

    def page(self) -> str:
        return requests.get(self.till.page(self.session), timeout=20).text

    def post(self, **fields: str) -> requests.Response:
        return requests.post(f"{self.till.page(self.session)}/items", data=fields, timeout=20, allow_redirects=False)

    def button(self, deed: str, thing: str) -> str:
        """The value of the button that says so, as its reader hears it."""
        found = re.findall(rf'name="{deed}" value="(\w+)">\w+<span class="unseen"> ([^<]+)</span>', self.page())
        return {words: value for value, words in found}[thing]

    def add(self, thing: str) -> None:
        assert self.post(add=self.button("add", thing)).status_code == 303

    def items(self) -> list[tuple[str | None, int | None, int]]:
        found = self.till.v1.checkout.sessions.line_items.list(self.session.id).data
        return [(one.description, one.quantity, one.amount_total) for one in found]

    def item(self, thing: str) -> str:
        found = self.till.v1.checkout.sessions.line_items.list(self.session.id).data
        return next(one.id for one in found if one.description == thing)

    def read(self) -> Any:
        return self.till.read(self.session)


@pytest.fixture
def cup(till: Till) -> str:
    return till.v1.prices.create(CUP).id


def test_what_is_added_is_paid(till: Till, cup: str) -> None:
    bounds = {"enabled": True, "minimum": 2, "maximum": 6}
    counter = Counter(till, optional_items=[{"price": cup, "quantity": 2, "adjustable_quantity": bounds}])
    offer = counter.session.optional_items[0]
    assert (offer.price, offer.quantity) == (cup, 2)
    assert offer.adjustable_quantity.to_dict() == bounds
    assert counter.session.amount_total == 2500
    assert "€16.00 for 2" in counter.page()
    counter.add("Cup")
    assert counter.items() == [("Tea", 2, 2500), ("Cup", 2, 1600)]
    assert counter.read().amount_total == 4100
    assert "Add to your order" not in counter.page()
    assert counter.post(item=counter.item("Cup"), quantity="5").status_code == 303
    for wrong in ("1", "7", "some"):
        answer = counter.post(item=counter.item("Cup"), quantity=wrong)
        assert (answer.status_code, "Write a whole number from 2 to 6." in answer.text) == (200, True)
    assert counter.items()[1] == ("Cup", 5, 4000)
    till.pay(counter.session)
    done = counter.read()
    assert (done.amount_subtotal, done.amount_total, done.payment_intent.amount_received) == (6500, 6500, 6500)
    assert till.types(done.id) == ["checkout.session.completed"]
    assert done.optional_items[0].price == cup
    assert counter.post(add="li_any").status_code == 200
    assert counter.read().amount_total == 6500


def test_what_is_taken_out_is_offered_again(till: Till, cup: str) -> None:
    counter = Counter(till, optional_items=[{"price": cup, "quantity": 1}])
    counter.add("Cup")
    twice = counter.post(add="li_nothing")
    assert (twice.status_code, len(counter.items())) == (303, 2)
    counter.post(remove=counter.button("remove", "Cup"))
    assert counter.items() == [("Tea", 2, 2500)]
    counter.add("Cup")
    assert counter.read().amount_total == 3300
    fixed = counter.post(item=counter.item("Cup"), quantity="2")
    assert "can no longer be changed" in fixed.text
    assert counter.post(remove=counter.item("Tea")).status_code == 200
    assert counter.items() == [("Tea", 2, 2500), ("Cup", 1, 800)]


def test_the_quantity_of_what_is_bought_anyway(till: Till) -> None:
    tea = {**TEA, "adjustable_quantity": {"enabled": True, "maximum": 10}}
    cake = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 300, "product_data": {"name": "Cake"}}}
    counter = Counter(till, line_items=[tea, cake])
    counter.post(item=counter.item("Tea"), quantity="3")
    assert counter.read().amount_total == 3750 + 300
    counter.post(item=counter.item("Tea"), quantity="0")
    assert counter.items() == [("Cake", 1, 300)]
    alone = Counter(till, line_items=[tea])
    assert "Write a whole number from 1 to 10." in alone.post(item=alone.item("Tea"), quantity="0").text
    assert "so it stays" in alone.post(remove=alone.item("Tea")).text


def test_sums_follow_a_coupon_shipping_and_the_least_amount(till: Till, cup: str) -> None:
    coupon = till.v1.coupons.create({"percent_off": 50})
    least = {"minimum_amount": 3000, "minimum_amount_currency": "eur"}
    code = till.v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "restrictions": least})
    counter = Counter(till, optional_items=[{"price": cup, "quantity": 1}], allow_promotion_codes=True)
    counter.add("Cup")
    requests.post(f"{till.page(counter.session)}/promotion", data={"promotion_code": code.code}, timeout=20)
    assert counter.read().amount_total == 1650
    counter.post(remove=counter.item("Cup"))
    assert (counter.read().amount_total, counter.read().discounts) == (2500, [])


def test_a_plan_with_a_fee_and_a_second_plan(till: Till, cup: str) -> None:
    club, more = till.v1.prices.create(CLUB).id, till.v1.prices.create({**CLUB, "product_data": {"name": "Cakes"}}).id
    counter = Counter(
        till,
        mode="subscription",
        line_items=[{"price": club, "quantity": 1}],
        optional_items=[{"price": cup, "quantity": 1}, {"price": more, "quantity": 1}],
        subscription_data={"trial_period_days": 7},
    )
    counter.add("Cup")
    counter.add("Cakes")
    assert counter.items() == [("Club", 1, 0), ("Cup", 1, 800), ("Cakes", 1, 0)]
    assert "€18.00 per month" in counter.page()
    assert counter.post(remove=counter.item("Club")).status_code == 200
    till.pay(counter.session)
    done = counter.read()
    bought = till.v1.subscriptions.retrieve(str(done.subscription))
    assert {one.price.id for one in bought["items"].data} == {club, more}
    assert done.amount_total == till.v1.invoices.retrieve(str(done.invoice)).total == 800
    till.v1.subscriptions.cancel(bought.id)


def test_nothing_changes_while_the_bank_asks(till: Till, cup: str) -> None:
    counter = Counter(till, optional_items=[{"price": cup, "quantity": 1}])
    offer = counter.button("add", "Cup")
    till.submit(counter.session, card_number="4000002760003184")
    assert "can no longer be changed" in counter.post(add=offer).text
    till.sandbox.pay(counter.session.id, "4000002760003184", authentication="fail")
    assert counter.post(add=offer).status_code == 303
    till.pay(counter.session)
    assert counter.read().payment_intent.amount_received == 3300


def test_a_session_begun_again_keeps_what_was_added(till: Till, cup: str) -> None:
    recovery = {"recovery": {"enabled": True}}
    counter = Counter(till, optional_items=[{"price": cup, "quantity": 1}], after_expiration=recovery)
    counter.add("Cup")
    ended: Any = till.v1.checkout.sessions.expire(counter.session.id)
    again = (
        requests.get(ended.after_expiration.recovery.url, timeout=20, allow_redirects=False)
        .headers["Location"]
        .rpartition("/")[2]
    )
    counter.session = till.v1.checkout.sessions.retrieve(again)
    assert counter.session.amount_total == 3300
    counter.post(remove=counter.button("remove", "Cup"))
    assert counter.read().amount_total == 2500


def test_a_payment_link_offers_too(till: Till, cup: str) -> None:
    params: Any = {"line_items": [TEA], "optional_items": [{"price": cup, "quantity": 1}]}
    link: Any = till.v1.payment_links.create(params)
    assert link.optional_items[0].price == cup
    begun = requests.get(link.url, timeout=20)
    assert "Add to your order" in begun.text


def offers(count: int, price: str, **more: Any) -> list[Any]:
    return [{"price": price, "quantity": 1, **more}] * count


def test_offers_that_are_not_made(till: Till, cup: str) -> None:
    club, dollars = till.v1.prices.create(CLUB).id, till.v1.prices.create({**CUP, "currency": "usd"}).id
    yearly = till.v1.prices.create({**CLUB, "recurring": {"interval": "year"}}).id
    plan: Any = {"mode": "subscription", "line_items": [{"price": club, "quantity": 1}]}
    first = "optional_items[0]"
    for given, more, param, words in (
        (offers(11, cup), {}, "optional_items", "up to 10"),
        (offers(10, cup), {"line_items": [TEA] * 91}, "optional_items", "up to 100"),
        (offers(1, club), {}, f"{first}[price]", "recurring price"),
        (offers(1, dollars), {}, "optional_items", "same currency"),
        (offers(1, yearly), plan, "optional_items", "billing intervals"),
        (offers(1, "price_none"), {}, f"{first}[price]", "No such price"),
        ([{"price": cup}], {}, f"{first}[quantity]", "Missing required param"),
        ([{"quantity": 1}], {}, f"{first}[price]", "Missing required param"),
        (offers(1, cup), {"mode": "setup", "line_items": None, "currency": "eur"}, "optional_items", "`setup` mode"),
        ([{**TEA}], {}, f"{first}[price_data]", "unknown parameter"),
        (
            [{"price": cup, "quantity": 100, "adjustable_quantity": {"enabled": True}}],
            {},
            f"{first}[quantity]",
            "must be between",
        ),
        (
            offers(1, cup, adjustable_quantity={"enabled": True, "maximum": 1_000_000}),
            {},
            f"{first}[adjustable_quantity][maximum]",
            "999999",
        ),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            till.session(**{"optional_items": given, **more})
        assert (refusal.value.http_status, refusal.value.param) == (400, param), words
        assert words in str(refusal.value)
