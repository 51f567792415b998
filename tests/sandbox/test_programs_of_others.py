"""What programs written for Stripe's API send, as plain forms: older nouns, fixtures of the command line, search."""

from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.till import Till

KEY = ("sk_test_of_others", "")


class Curl:
    """Calls like those of a shell script: a form as text, a status that must come, an answer as JSON."""

    def __init__(self, till: Till) -> None:
        self.base = till.sandbox.url

    def post(self, path: str, form: str = "", status: int = 200) -> Any:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = requests.post(self.base + path, data=form.encode(), headers=headers, auth=KEY, timeout=20)
        assert answer.status_code == status, f"{path} {form}: {answer.text}"
        return answer.json()

    def get(self, path: str, status: int = 200) -> Any:
        answer = requests.get(self.base + path, auth=KEY, timeout=20)
        assert answer.status_code == status, f"{path}: {answer.text}"
        return answer.json()

    def delete(self, path: str) -> Any:
        return requests.delete(self.base + path, auth=KEY, timeout=20).json()


@pytest.fixture
def curl(till: Till) -> Curl:
    return Curl(till)


def test_a_customer_with_cards_of_the_older_kind(curl: Curl) -> None:
    bare = curl.post("/v1/customers", "email=joe@example.com")["id"]
    assert curl.get(f"/v1/customers/{bare}?expand%5B%5D=default_source")["default_source"] is None
    card = curl.post(f"/v1/customers/{bare}/sources", "source=tok_visa")
    assert (card["object"], card["brand"], card["last4"], card["customer"]) == ("card", "Visa", "4242", bare)
    second = curl.post(f"/v1/customers/{bare}", "source=tok_mastercard&expand[]=default_source&expand[]=sources")
    assert (second["default_source"]["brand"], len(second["sources"]["data"])) == ("MasterCard", 2)
    assert curl.post(f"/v1/customers/{bare}", f"default_source={card['id']}")["default_source"] == card["id"]
    assert curl.get(f"/v1/payment_methods/{card['id']}")["card"]["last4"] == "4242"
    assert curl.post(f"/v1/customers/{bare}/sources", "source=tok_chargeDeclined", 402)["error"]["type"] == "card_error"
    assert curl.post(f"/v1/customers/{bare}/sources", "source=tok_none", 400)["error"]["param"] == "source"
    curl.get(f"/v1/customers/{bare}/sources/card_none", 404)
    assert curl.delete(f"/v1/customers/{bare}/sources/{card['id']}")["deleted"] is True
    left = curl.get(f"/v1/customers/{bare}/sources?limit=3")["data"]
    assert [one["last4"] for one in left] == ["4444"]
    assert curl.get(f"/v1/customers/{bare}")["default_source"] == left[0]["id"]


def test_a_plan_is_subscribed_to_and_charged_to_a_source(curl: Curl) -> None:
    plan = "basic-" + curl.post("/v1/products", "name=x")["id"]
    form = "product[name]=Basic&amount=2500&currency=eur&interval=month"
    assert curl.post("/v1/plans", f"id={plan}&{form}")["amount"] == 2500
    curl.post("/v1/plans", f"id={plan}&{form}", 400)
    curl.post("/v1/plans", "doesnotexist=1", 400)
    curl.get("/v1/plans?expand%5B%5D=data.doesnotexist", 400)
    assert curl.get("/v1/plans?limit=1&expand%5B%5D=data.product")["data"][0]["product"]["name"] == "Basic"
    customer = curl.post("/v1/customers", "description=(created by a fixture)&source=tok_visa")["id"]
    joined = curl.post("/v1/subscriptions", f"customer={customer}&items[0][plan]={plan}")
    assert (joined["status"], joined["items"]["data"][0]["plan"]["id"]) == ("active", plan)
    assert curl.get(f"/v1/invoices?customer={customer}")["data"][0]["amount_paid"] == 2500
    assert curl.post(f"/v1/plans/{plan}", "nickname=B&metadata[a]=b")["nickname"] == "B"
    assert curl.delete(f"/v1/plans/{plan}") == {"id": plan, "object": "plan", "deleted": True}
    curl.get(f"/v1/plans/{plan}", 404)


def test_tax_ids_and_the_balance_of_a_customer(curl: Curl) -> None:
    form = "email=foo@bar.com&tax_id_data[0][type]=eu_vat&tax_id_data[0][value]=FR12345678901&source=tok_visa"
    customer = curl.post("/v1/customers", form)["id"]
    made = curl.post(f"/v1/customers/{customer}/tax_ids", "type=eu_vat&value=DE000000000")
    assert (made["country"], made["verification"]["status"]) == ("DE", "verified")
    assert [one["country"] for one in curl.get(f"/v1/customers/{customer}/tax_ids")["data"]] == ["DE", "FR"]
    assert curl.get(f"/v1/customers/{customer}/tax_ids/{made['id']}")["value"] == "DE000000000"
    assert curl.delete(f"/v1/customers/{customer}/tax_ids/{made['id']}")["deleted"] is True
    credit = curl.post(f"/v1/customers/{customer}/balance_transactions", "amount=-500&currency=usd&description=sorry")
    assert (credit["ending_balance"], credit["type"]) == (-500, "adjustment")
    assert curl.get(f"/v1/customers/{customer}/balance_transactions/{credit['id']}")["amount"] == -500
    assert len(curl.get(f"/v1/customers/{customer}/balance_transactions")["data"]) == 1
    curl.post("/v1/invoiceitems", f"customer={customer}&amount=2000&currency=usd")
    fields = "custom_fields[0][name]=PO&custom_fields[0][value]=7"
    invoice = curl.post("/v1/invoices", f"customer={customer}&pending_invoice_items_behavior=include&{fields}")
    paid = curl.post(f"/v1/invoices/{invoice['id']}/pay")
    assert (paid["amount_due"], paid["status"], paid["custom_fields"][0]["value"]) == (1500, "paid", "7")
    assert curl.get(f"/v1/customers/{customer}")["balance"] == 0


@pytest.mark.parametrize(("token", "status"), [("tok_visa", 200), ("tok_chargeDeclined", 402)])
def test_the_fixture_that_completes_a_session(curl: Curl, token: str, status: int) -> None:
    product = curl.post("/v1/products", "name=myproduct&description=(created by a fixture)")["id"]
    price = curl.post("/v1/prices", f"product={product}&unit_amount=1500&currency=usd")["id"]
    shipping = "payment_intent_data[shipping][name]=Jenny&payment_intent_data[shipping][address][line1]=510 St"
    form = f"mode=payment&success_url=https://shop.example/&line_items[0][price]={price}&line_items[0][quantity]=2"
    session = curl.post("/v1/checkout/sessions", f"{form}&{shipping}")["id"]
    assert curl.get(f"/v1/payment_pages/{session}")["id"] == session
    method = curl.post("/v1/payment_methods", f"type=card&card[token]={token}&billing_details[email]=s@example.com")[
        "id"
    ]
    curl.post(f"/v1/payment_pages/{session}/confirm", f"payment_method={method}&expected_amount=1", 400)
    curl.post(f"/v1/payment_pages/{session}/confirm", f"payment_method={method}&expected_amount=3000", status)
    done = curl.get(f"/v1/checkout/sessions/{session}?expand[]=payment_intent")
    assert (done["status"], done["payment_status"]) == (("complete", "paid") if status == 200 else ("open", "unpaid"))
    if status == 200:
        assert done["payment_intent"]["shipping"]["name"] == "Jenny"
        assert done["customer_details"]["email"] == "s@example.com"
        curl.post(f"/v1/payment_pages/{session}/confirm", f"payment_method={method}", 400)


def test_search(curl: Curl, till: Till) -> None:
    word = curl.post("/v1/products", "name=Word")["id"]
    for number in range(3):
        curl.post(
            "/v1/customers", f"email={word}-{number}@example.com&name=Ada&metadata[word]={word}&metadata[n]={number}"
        )
    mine = f'metadata["word"]:"{word}"'
    found = till.v1.customers.search({"query": mine, "limit": 2})
    assert [one.metadata["n"] for one in found.auto_paging_iter()] == ["2", "1", "0"]
    assert (found.has_more, len(found.data), found.url) == (True, 2, "/v1/customers/search")
    for query, count in (
        (f'email:"{word.upper()}-1@example.com"', 1),
        (f"email~'{word}'", 3),
        (f'{mine} AND -metadata["n"]:"1"', 2),
        (f'{mine} AND name:"ada" AND created>1 AND phone:null', 3),
        (f'email:"{word}-0@example.com" OR email:"{word}-2@example.com"', 2),
        (f"{mine} created<1", 0),
    ):
        assert len(till.v1.customers.search({"query": query}).data) == count, query
    for query, words in (
        ('color:"red"', "unsupported search field for resource `customers`"),
        ("hello", "unable to parse your search query"),
        ('name:"a" AND name:"b" OR name:"c"', "cannot combine AND and OR"),
    ):
        with pytest.raises(stripe.InvalidRequestError, match=words):
            till.v1.customers.search({"query": query})
    with pytest.raises(stripe.InvalidRequestError, match="Invalid page"):
        till.v1.customers.search({"query": mine, "page": "nothing"})
    intent = till.intent(amount=4711, metadata={"word": word})
    assert [one.id for one in till.v1.payment_intents.search({"query": f"{mine} AND amount>4710"}).data] == [intent.id]
    query = f"payment_method_details.card.last4:4242 AND amount:4711 AND {mine}"
    assert [one.payment_intent for one in till.v1.charges.search({"query": query}).data] == [intent.id]
    price = till.v1.prices.create({"currency": "eur", "unit_amount": 1, "product": word, "lookup_key": word})
    assert [one.id for one in till.v1.prices.search({"query": f'lookup_key:"{word}"'}).data] == [price.id]
    assert till.v1.products.search({"query": 'active:"true" AND name~"wor"', "limit": 1}).data
    assert till.v1.invoices.search({"query": 'status:"nothing"'}).data == []
    assert till.v1.subscriptions.search({"query": f"{mine} AND canceled_at>0"}).data == []


def test_arrays_without_numbers(curl: Curl) -> None:
    tea = "line_items[][price_data][currency]=usd&line_items[][price_data][unit_amount]=500"
    tea += "&line_items[][price_data][product_data][name]=Tea&line_items[][quantity]=2"
    form = f"mode=payment&success_url=https://shop.example/&{tea}&{tea.replace('Tea', 'Cup')}&expand[]=line_items"
    items = curl.post("/v1/checkout/sessions", form)["line_items"]["data"]
    assert [(one["description"], one["quantity"]) for one in items] == [("Tea", 2), ("Cup", 2)]
    customer = curl.post(
        "/v1/customers", "preferred_locales[]=fr-FR&preferred_locales[]=es-ES&metadata[a]=1&metadata[b]=2"
    )
    assert customer["preferred_locales"] == ["fr-FR", "es-ES"]
    assert curl.post(f"/v1/customers/{customer['id']}", "metadata[a]=")["metadata"] == {"b": "2"}
    assert curl.post(f"/v1/customers/{customer['id']}", "metadata=")["metadata"] == {}


def test_the_fixtures_of_credit_notes(curl: Curl) -> None:
    customer = curl.post("/v1/customers", "description=(created by a fixture)")["id"]
    curl.post("/v1/invoiceitems", f"amount=2000&currency=usd&customer={customer}&description=(created by a fixture)")
    invoice = curl.post("/v1/invoices", f"customer={customer}&description=x&pending_invoice_items_behavior=include")[
        "id"
    ]
    curl.post(f"/v1/invoices/{invoice}/finalize")
    line = "lines[0][type]=custom_line_item&lines[0][unit_amount]=1000&lines[0][quantity]=1&lines[0][description]=x"
    note = curl.post("/v1/credit_notes", f"invoice={invoice}&{line}")
    assert (note["total"], note["pre_payment_amount"], note["status"]) == (1000, 1000, "issued")
    assert curl.post(f"/v1/credit_notes/{note['id']}", "metadata[foo]=bar")["metadata"] == {"foo": "bar"}
    assert curl.post(f"/v1/credit_notes/{note['id']}/void")["status"] == "void"


def test_what_is_not_covered_says_so(curl: Curl, till: Till) -> None:
    covered = "The sandbox does not cover POST /v1/quotes, which Stripe's API has."
    error = curl.post("/v1/quotes", "", 404)["error"]
    assert (error["type"], error["message"].partition(" sandbox/README")[0]) == ("invalid_request_error", covered)
    with pytest.raises(stripe.InvalidRequestError, match=r"does not cover GET /v1/issuing/cards/ic_1"):
        till.v1.issuing.cards.retrieve("ic_1")
    assert "Unrecognized request URL (GET: /v1/quote)" in curl.get("/v1/quote", 404)["error"]["message"]
    for form, named in (
        ("currency=usd&unit_amount=1&recurring[interval]=month&recurring[usage_type]=metered&product_data[name]=x",
         "recurring[usage_type]"),
        ("currency=usd&product_data[name]=x&custom_unit_amount[enabled]=true", "custom_unit_amount"),
    ):  # fmt: skip
        assert curl.post("/v1/prices", form, 400)["error"]["param"] == named
