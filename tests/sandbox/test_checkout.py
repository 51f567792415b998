"""Checkout Sessions in payment mode (STRIPE.md section 3)."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import COURIER, HELD, POST, SHOP, TEA, Till

ADDRESS = {"shipping_name": "Ada Buyer", "line1": "Lane 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}


def test_a_new_session(till: Till) -> None:
    session = till.session(metadata={"order": "1"})
    assert (session.status, session.payment_status, session.mode, session.ui_mode) == (
        "open",
        "unpaid",
        "payment",
        "hosted_page",
    )
    assert session.url == f"{till.sandbox.url}/c/{session.id}"
    assert session.expires_at == session.created + 86400
    assert (session.amount_subtotal, session.amount_total, session.currency) == (2500, 2500, "eur")
    assert session.payment_intent is None
    assert session.customer_details is None
    assert session.metadata.to_dict() == {"order": "1"}
    assert "line_items" not in session


def test_what_the_shop_said_reaches_the_intent_and_its_charge(till: Till) -> None:
    said: Any = {
        "metadata": {"order": "7"},
        "description": "Order 7",
        "statement_descriptor_suffix": "TEA",
        "receipt_email": "a@b.de",
    }
    session = till.session(payment_intent_data=said, metadata={"only": "session"})
    till.pay(session)
    intent = till.read(session).payment_intent
    for one in (intent, intent.latest_charge):
        assert (one.metadata.to_dict(), one.description) == ({"order": "7"}, "Order 7")
        assert (one.statement_descriptor_suffix, one.receipt_email) == ("TEA", "a@b.de")
    assert intent.latest_charge.calculated_statement_descriptor == "SANDBOX* TEA"


@pytest.mark.parametrize("suffix", ["2345-6789", "TEA*", 'T"EA', "<TEA>", "T'EA", "Чай", "T" * 23])
def test_what_networks_refuse_on_statements_is_refused(till: Till, suffix: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        till.session(payment_intent_data={"statement_descriptor_suffix": suffix})
    assert refusal.value.param == "payment_intent_data[statement_descriptor_suffix]"


def test_line_items_by_expansion_and_by_their_own_list(till: Till) -> None:
    product = till.v1.products.create({"name": "Teapot"})
    price = till.v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": 3000})
    session = till.session(line_items=[TEA, {"price": price.id, "quantity": 1}])
    expanded: Any = till.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items.data.price.product"]})
    first, second = expanded.line_items.data
    assert (first.description, first.quantity, first.amount_total, first.price.unit_amount) == ("Tea", 2, 2500, 1250)
    assert (second.price.id, second.price.product.name, second.object) == (price.id, "Teapot", "item")
    page = till.v1.checkout.sessions.line_items.list(session.id, {"limit": 1})
    assert ([one.id for one in page.data], page.has_more) == ([first.id], True)
    assert [one.id for one in page.auto_paging_iter()] == [first.id, second.id]


def test_shipping_the_first_choice_counts_until_the_buyer_says_otherwise(till: Till) -> None:
    session = till.session(shipping_options=[POST, COURIER])
    assert (session.amount_subtotal, session.amount_total, session.total_details.amount_shipping) == (2500, 2990, 490)
    courier = session.shipping_options[1]
    assert till.submit(session, shipping_rate=str(courier.shipping_rate)).status_code == 303
    paid = till.read(session)
    assert (paid.amount_total, paid.shipping_cost.amount_total) == (3490, 990)
    assert paid.shipping_cost.shipping_rate == courier.shipping_rate
    assert paid.payment_intent.amount == paid.payment_intent.latest_charge.amount == 3490


def test_an_id_inside_a_plain_hash_is_expanded(till: Till) -> None:
    session = till.session(shipping_options=[POST])
    expanded: Any = till.v1.checkout.sessions.retrieve(session.id, {"expand": ["shipping_cost.shipping_rate"]})
    assert expanded.shipping_cost.shipping_rate.display_name == "Post"


def test_a_way_of_sending_that_was_not_offered(till: Till) -> None:
    session = till.session(shipping_options=[POST])
    assert till.submit(session, shipping_rate="shr_other").status_code == 200
    assert till.read(session).status == "open"


def test_shipping_address(till: Till) -> None:
    session = till.session(shipping_address_collection={"allowed_countries": ["DE", "AT"]}, **HELD)
    assert till.submit(session, **{**ADDRESS, "country": "US"}).status_code == 200
    assert till.submit(session, **{**ADDRESS, "line1": ""}).status_code == 200
    assert till.submit(session, **ADDRESS).status_code == 303
    paid = till.read(session)
    sent_to = paid.collected_information.shipping_details
    assert (sent_to.name, sent_to.address.line1, sent_to.address.country) == ("Ada Buyer", "Lane 1", "DE")
    assert paid.payment_intent.shipping.address.postal_code == "10115"
    assert paid.customer_details.address.city == "Berlin"


def test_nothing_to_pay(till: Till) -> None:
    free: Any = {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 0, "product_data": {"name": "Sample"}}}
    session = till.session(line_items=[free])
    assert till.submit(session, card_number="", expiry="", cvc="", name="").status_code == 303
    done = till.read(session)
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "no_payment_required", None)
    assert till.types(session.id) == ["checkout.session.completed"]


def test_a_customer_is_made_only_when_asked(till: Till) -> None:
    guest, known = till.session(), till.session(customer_creation="always")
    till.pay(guest)
    till.pay(known, email="bo@buyer.example")
    assert till.read(guest).customer is None
    customer = till.v1.customers.retrieve(str(till.read(known).customer))
    assert (customer.email, customer.name) == ("bo@buyer.example", "Ada Buyer")
    assert till.read(known).payment_intent.customer == customer.id


def test_a_known_customer(till: Till) -> None:
    customer = till.v1.customers.create({"email": "ada@buyer.example"})
    session = till.session(customer=customer.id)
    assert session.customer == customer.id
    assert session.customer_details.email == "ada@buyer.example"
    till.pay(session)
    assert till.read(session).payment_intent.latest_charge.customer == customer.id


@pytest.mark.parametrize("method", ["manual", "automatic", "automatic_async"])
def test_capture_method_of_the_whole_intent(till: Till, method: str) -> None:
    session = till.session(payment_intent_data={"capture_method": method})
    till.pay(session)
    paid = till.read(session)
    expected = ("requires_capture", "unpaid") if method == "manual" else ("succeeded", "paid")
    assert (paid.payment_intent.status, paid.payment_status) == expected
    assert paid.payment_intent.capture_method == method


def test_expire(till: Till) -> None:
    session = till.session()
    gone = till.v1.checkout.sessions.expire(session.id)
    assert (gone.status, gone.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError, match="has a status of expired"):
        till.v1.checkout.sessions.expire(session.id)
    assert till.pay(session)["state"] == "over"
    assert till.types(session.id) == ["checkout.session.expired"]


def test_a_complete_session_cannot_expire(till: Till) -> None:
    session = till.session(**HELD)
    till.pay(session)
    with pytest.raises(stripe.InvalidRequestError, match="has a status of complete"):
        till.v1.checkout.sessions.expire(session.id)
    assert till.read(session).url is None


def test_the_intent_of_an_open_session_is_the_sessions(till: Till) -> None:
    session = till.session()
    till.pay(session, "4000000000000002")
    intent = till.read(session).payment_intent.id
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        till.v1.payment_intents.cancel(intent)
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        till.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    till.v1.checkout.sessions.expire(session.id)
    assert till.v1.payment_intents.retrieve(intent).status == "canceled"


def test_update(till: Till) -> None:
    session = till.session(metadata={"a": "1", "b": "2"})
    changed = till.v1.checkout.sessions.update(session.id, {"metadata": {"a": "", "c": "3"}})
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    changed = till.v1.checkout.sessions.update(session.id, {"shipping_options": [POST]})
    assert changed.amount_total == 2990
    assert till.v1.checkout.sessions.update(session.id, {"metadata": ""}).metadata.to_dict() == {}


def test_list_by_intent_status_customer_and_email(till: Till) -> None:
    customer = till.v1.customers.create({"email": "filter@buyer.example"})
    session = till.session(customer=customer.id)
    till.pay(session, email="filter@buyer.example")
    intent = till.read(session).payment_intent.id
    find = till.v1.checkout.sessions.list
    email: Any = {"customer_details": {"email": "filter@buyer.example"}}
    for filters in (
        {"payment_intent": intent},
        {"customer": customer.id},
        email,
        {"customer": customer.id, "status": "complete"},
    ):
        assert [one.id for one in find(filters).data] == [session.id]  # type: ignore[arg-type]
    assert find({"customer": customer.id, "status": "open"}).data == []


def test_a_double_submit_pays_once(till: Till) -> None:
    session = till.session()
    first, second = till.submit(session), till.submit(session)
    assert first.headers["Location"] == second.headers["Location"] == f"{SHOP}/thanks?session={session.id}"
    assert len(till.v1.charges.list({"payment_intent": till.read(session).payment_intent.id}).data) == 1


def test_the_page_has_its_labels_button_and_way_back(till: Till) -> None:
    session = till.session(customer_email="ada@buyer.example")
    page = requests.get(till.page(session), timeout=60)
    for name, label in {
        "email": "Email",
        "card_number": "Card number",
        "expiry": "Expiry",
        "cvc": "CVC",
        "name": "Name on card",
    }.items():
        assert f'<label for="{name}">{label}' in page.text
        assert f'id="{name}" name="{name}"' in page.text
    assert f'<a class="back" href="{SHOP}/cart">' in page.text
    assert '<button type="submit">Pay' in page.text
    assert "no real money" in page.text
    assert "<script" not in page.text
    assert 'value="ada@buyer.example"' in page.text


def test_the_pages_policy(till: Till) -> None:
    session = till.session()
    policy = requests.get(till.page(session), timeout=60).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert policy.endswith(f"form-action 'self' {SHOP}")
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_pages_of_sessions_that_are_over_or_unknown(till: Till) -> None:
    done, gone = till.session(), till.session()
    till.pay(done)
    till.v1.checkout.sessions.expire(gone.id)
    assert "This has been paid" in requests.get(till.page(done), timeout=60).text
    expired = requests.get(till.page(gone), timeout=60)
    assert (expired.status_code, "no longer valid" in expired.text) == (200, True)
    assert requests.get(f"{till.sandbox.url}/c/cs_test_none", timeout=60).status_code == 404
    assert requests.post(f"{till.sandbox.url}/c/cs_test_none", timeout=60).status_code == 404


def test_the_banks_page_says_yes_or_no(till: Till) -> None:
    session = till.session()
    question = till.submit(session, card_number="4000002760003184").headers["Location"]
    page = requests.get(till.sandbox.url + question, timeout=60).text
    assert '<button name="answer" value="complete">Complete</button>' in page
    assert "Fail</button>" in page
    refused = requests.post(till.sandbox.url + question, data={"answer": "fail"}, allow_redirects=False, timeout=60)
    assert refused.status_code == 200
    assert "unable to authenticate" in refused.text
    till.submit(session, card_number="4000002760003184")
    passed = requests.post(till.sandbox.url + question, data={"answer": "complete"}, allow_redirects=False, timeout=60)
    assert passed.headers["Location"].startswith(f"{SHOP}/thanks")
    assert till.read(session).payment_status == "paid"


def test_half_cents_add_up(till: Till) -> None:
    half: Any = {
        "quantity": 3,
        "price_data": {"currency": "eur", "unit_amount_decimal": "33.5", "product_data": {"name": "Pin"}},
    }
    assert till.session(line_items=[half]).amount_total == 101


def test_yen_have_no_decimals(till: Till) -> None:
    yen: Any = {"quantity": 1, "price_data": {"currency": "jpy", "unit_amount": 500, "product_data": {"name": "Pin"}}}
    session = till.session(line_items=[yen])
    assert "¥500<" in requests.get(till.page(session), timeout=60).text


def test_live_sessions_are_kept_apart(till: Till) -> None:
    session = till.v1.checkout.sessions.create(
        {"mode": "payment", "success_url": SHOP, "line_items": [TEA]},  # type: ignore[list-item]
        {"api_key": "sk_live_of_the_tests"},
    )
    assert (session.livemode, session.id.startswith("cs_live_")) == (True, True)
    with pytest.raises(stripe.InvalidRequestError):
        till.read(session)
    assert till.submit(session).status_code == 303


@pytest.mark.parametrize(("answer", "status"), [("complete", "succeeded"), ("fail", "requires_payment_method")])
def test_an_intent_that_the_shop_confirmed_itself(till: Till, answer: str, status: str) -> None:
    back = f"{SHOP}/back?order=1"
    intent = till.intent(payment_method="pm_card_authenticationRequired", return_url=back)
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    question = intent.next_action.redirect_to_url.url
    assert "Complete</button>" in requests.get(question, timeout=60).text
    reply = requests.post(question, data={"answer": answer}, allow_redirects=False, timeout=60)
    assert reply.headers["Location"].startswith(f"{back}&payment_intent={intent.id}&")
    assert till.v1.payment_intents.retrieve(intent.id).status == status
    assert requests.get(question.partition("?")[0], timeout=60).status_code == 404


def test_a_receipt_can_be_read(till: Till) -> None:
    session = till.session()
    till.pay(session)
    charge = till.read(session).payment_intent.latest_charge
    assert "Receipt for €25.00" in requests.get(charge.receipt_url, timeout=60).text
    assert requests.get(f"{till.sandbox.url}/receipts/ch_none", timeout=60).status_code == 404
