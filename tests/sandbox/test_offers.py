"""Products, prices, coupons, promotion codes and cards kept for later."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import NO_REDIRECT, SHOP, Till


def price(till: Till, **more: Any) -> stripe.Price:
    given: Any = {"currency": "eur", "unit_amount": 900, "product_data": {"name": "Coffee club"}, **more}
    return till.v1.prices.create(given)


def test_a_price_is_renamed_and_retired(till: Till) -> None:
    made = price(till, lookup_key="club", recurring={"interval": "month"})
    changed = till.v1.prices.update(made.id, {"active": False, "nickname": "old", "metadata": {"a": "b"}})
    assert (changed.active, changed.nickname, changed.metadata["a"]) == (False, "old", "b")
    newest = till.v1.events.list({"type": "price.updated", "limit": 1}).data[0]
    assert newest.data.previous_attributes.to_dict() == {"active": True, "nickname": None, "metadata": {}}
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        price(till, lookup_key="club")
    heir = price(till, lookup_key="club", transfer_lookup_key=True)
    assert [one.id for one in till.v1.prices.list({"lookup_keys": ["club"]}).data] == [heir.id]
    assert till.v1.prices.list({"product": str(made.product), "recurring": {"interval": "month"}}).data[0].id == made.id


def test_a_product_without_prices_can_go(till: Till) -> None:
    kept = price(till)
    with pytest.raises(stripe.InvalidRequestError, match="user-created prices"):
        till.v1.products.delete(str(kept.product))
    gone = till.v1.products.create({"name": "Cup"})
    assert till.v1.products.list({"ids": [gone.id]}).data[0].id == gone.id
    assert till.v1.products.delete(gone.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError, match="No such product"):
        till.v1.products.retrieve(gone.id)


def test_a_coupon_and_its_code(till: Till) -> None:
    coupon = till.v1.coupons.create({"percent_off": 25.5, "duration": "once", "name": "Autumn"})
    assert (coupon.percent_off, coupon.valid, coupon.times_redeemed) == (25.5, True, 0)
    assert till.v1.coupons.update(coupon.id, {"name": "Fall"}).name == "Fall"
    made: Any = {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "FALL"}
    code = till.v1.promotion_codes.create(made)
    assert (code.promotion.coupon, code.active) == (coupon.id, True)
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        till.v1.promotion_codes.create(made | {"code": "fall"})
    assert till.v1.promotion_codes.list({"code": "FALL"}).data[0].id == code.id
    assert till.v1.promotion_codes.update(code.id, {"active": False}).active is False
    assert till.v1.coupons.delete(coupon.id).deleted is True


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "percent_off"),
        ({"percent_off": 10, "amount_off": 5}, "only specify one"),
        ({"percent_off": 120}, "at most 100"),
        ({"amount_off": 100}, "currency"),
        ({"percent_off": 10, "duration": "repeating"}, "duration_in_months"),
        ({"percent_off": 10, "duration": "sometimes"}, "must be one of"),
    ],
)
def test_a_coupon_that_makes_no_sense(till: Till, given: Any, words: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        till.v1.coupons.create(given)


def keep(till: Till, card: str, **more: Any) -> stripe.SetupIntent:
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    params: Any = {"customer": customer.id, "payment_method": card, "confirm": True, **more}
    return till.v1.setup_intents.create({"automatic_payment_methods": NO_REDIRECT, **params})


def test_a_card_is_kept_for_later(till: Till) -> None:
    kept = keep(till, "pm_card_visa")
    assert (kept.status, kept.usage) == ("succeeded", "off_session")
    method = till.v1.payment_methods.retrieve(str(kept.payment_method))
    assert method.customer == kept.customer
    again = till.intent(customer=kept.customer, payment_method=method.id, off_session=True)
    assert again.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.v1.setup_intents.cancel(kept.id)
    assert refusal.value.code == "setup_intent_unexpected_state"


def test_a_card_that_declines_is_not_kept(till: Till) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        keep(till, "pm_card_chargeDeclinedExpiredCard")
    assert refusal.value.code == "expired_card"
    newest = till.v1.events.list({"type": "setup_intent.setup_failed", "limit": 1}).data[0]
    assert newest.data.object.last_setup_error.code == "expired_card"


@pytest.mark.parametrize(("answer", "status"), [("complete", "succeeded"), ("fail", "requires_payment_method")])
def test_a_card_whose_bank_asks_before_it_is_kept(till: Till, answer: str, status: str) -> None:
    asked = keep(till, "pm_card_authenticationRequiredOnSetup", return_url=f"{SHOP}/cards")
    assert asked.status == "requires_action"
    address = asked.next_action.redirect_to_url.url
    assert "keep this card" in requests.get(address, timeout=60).text
    back = requests.post(address, data={"answer": answer}, allow_redirects=False, timeout=60)
    assert back.headers["Location"].startswith(f"{SHOP}/cards?setup_intent={asked.id}")
    kept = till.v1.setup_intents.retrieve(asked.id)
    assert kept.status == status
    if status == "succeeded":
        paid = till.intent(customer=kept.customer, payment_method=kept.payment_method, off_session=True)
        assert paid.status == "succeeded"
    else:
        assert till.v1.setup_intents.cancel(kept.id).status == "canceled"
