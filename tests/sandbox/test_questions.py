"""What a session asks on the hosted page beside money: own fields, consent, phone, billing address (STRIPE.md 3)."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import Till


def text(key: str, label: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": {"type": "custom", "custom": label}, "type": "text", **more}


SIZES = [{"label": "Small one", "value": "s"}, {"label": "Large one", "value": "l"}]
FIELDS: Any = [
    text("engraving", "Engraving", text={"maximum_length": 5}),
    {**text("size", "Size"), "type": "dropdown", "dropdown": {"options": SIZES, "default_value": "l"}},
    {**text("door", "Door code", optional=True), "type": "numeric", "numeric": {"minimum_length": 4}},
]
ALL: Any = {
    "custom_fields": FIELDS,
    "consent_collection": {"terms_of_service": "required", "promotions": "auto"},
    "phone_number_collection": {"enabled": True},
    "billing_address_collection": "required",
}
WHERE = "custom_fields[0][dropdown][default_value]"
SOUND = {
    "custom_engraving": "Ada",
    "custom_size": "s",
    "terms": "yes",
    "promotions": "yes",
    "phone": "+49 30 123456",
    "billing_line1": "Lane 1",
    "billing_city": "Berlin",
    "billing_country": "DE",
}


def test_everything_asked_and_answered(till: Till) -> None:
    session = till.session(**ALL)
    assert session.custom_fields[1].dropdown.default_value == "l"
    assert session.custom_fields[0].text.value is None
    page = requests.get(till.page(session), timeout=60).text
    for words in ("Engraving", "Small one", "Door code", "terms of service", "news and offers", "Billing address"):
        assert words in page
    assert '<option value="l" selected>Large one' in page
    assert till.submit(session, **SOUND).status_code == 303
    paid = till.read(session)
    assert [one[one.type].value for one in paid.custom_fields] == ["Ada", "s", None]
    assert paid.consent.to_dict() == {"promotions": "opt_in", "terms_of_service": "accepted"}
    assert (paid.customer_details.phone, paid.customer_details.address.city) == ("+49 30 123456", "Berlin")
    billing = paid.payment_intent.latest_charge.billing_details
    assert (billing.address.line1, billing.phone) == ("Lane 1", "+49 30 123456")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"custom_engraving": ""}, "Fill in this field."),
        ({"custom_engraving": "Adelaide"}, "at most 5 characters"),
        ({"custom_size": "xl"}, "Choose one of these."),
        ({"custom_door": "12ab"}, "digits only"),
        ({"custom_door": "12"}, "at least 4 characters"),
        ({"terms": ""}, "Accept the terms"),
        ({"phone": "12"}, "Your phone number is incomplete."),
        ({"billing_line1": ""}, "Write your address."),
    ],
)
def test_an_answer_that_does_not_do(till: Till, answer: dict[str, str], words: str) -> None:
    session = till.session(**ALL)
    refused = till.submit(session, **SOUND | answer)
    assert (refused.status_code, words in refused.text) == (200, True)
    assert 'value="+49 30 123456"' in refused.text or "phone" in answer
    assert till.read(session).status == "open"


def test_no_wish_for_news_is_no_consent(till: Till) -> None:
    session = till.session(consent_collection={"promotions": "auto"})
    till.submit(session)
    assert till.read(session).consent.to_dict() == {"promotions": "opt_out", "terms_of_service": None}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ([text(f"k{number}", "K") for number in range(4)], "custom_fields"),
        ([text("same", "K"), text("same", "K")], "custom_fields"),
        ([text("not-plain", "K")], "custom_fields[0][key]"),
        ([text("k", "K" * 51)], "custom_fields[0][label][custom]"),
        ([text("k", "K", text={"minimum_length": 3, "maximum_length": 2})], "custom_fields[0][text][minimum_length]"),
        ([{**text("k", "K"), "type": "dropdown"}], "custom_fields[0][dropdown]"),
        ([{**FIELDS[1], "dropdown": {"options": SIZES, "default_value": "x"}}], WHERE),
    ],
)
def test_fields_that_make_no_sense(till: Till, fields: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        till.session(custom_fields=fields)
    assert caught.value.param == param


def test_a_refused_card_says_that_nothing_was_charged(till: Till) -> None:
    refused = till.submit(till.session(), card_number="4000000000009995").text
    assert "Your card has insufficient funds." in refused
    assert "You have not been charged." in refused
