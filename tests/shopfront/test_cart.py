import re

import pytest
from sqlalchemy import event

from storefront.catalog.product import Kind, Variant
from storefront.stock.hold import hold
from tests.cast import a_product, post_to
from tests.client import Client


@pytest.fixture
def tea_id(session):
    variant = a_product(session, "Tea", price=1250, stock=10)
    post_to(session, "DE", "AT", amount=490)
    variant_id = variant.id
    session.commit()
    return variant_id


def cookies_of(response):
    return [value for name, value in response.headers.items() if name == "Set-Cookie"]


def test_an_empty_cart_gives_no_cookie_and_leads_to_the_products(client):
    page = client.get("/cart")

    assert "Your cart is empty" in page.words("main")
    assert page.select_one("main a[href='/products']")
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


def test_a_thing_is_added_and_shown_with_what_it_costs(client, tea_id):
    response = client.post("/cart/lines", {"variant": tea_id, "quantity": 2})
    page = client.follow(response)

    assert response.headers["Location"] == "/cart"
    [cookie] = cookies_of(response)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    words = page.words("main")
    assert "Tea" in words
    assert "€25.00" in words
    assert "€29.90" in words
    assert page.find("input", attrs={"name": f"quantity-{tea_id}"})["value"] == "2"


def test_a_form_without_a_quantity_adds_one(client, tea_id):
    page = client.follow(client.post("/cart/lines", {"variant": tea_id}))

    assert page.find("input", attrs={"name": f"quantity-{tea_id}"})["value"] == "1"


def test_quantities_are_changed_and_lines_taken_out(client, tea_id):
    page = client.follow(client.post("/cart/lines", {"variant": tea_id, "quantity": 2}))
    page = client.follow(client.submit(page, "Update cart", **{f"quantity-{tea_id}": "3"}))
    assert "€37.50" in page.words("main")

    page = client.follow(client.submit(page, "Remove Tea"))
    assert "Your cart is empty" in page.words("main")


def test_a_quantity_of_none_takes_the_line_out(client, tea_id):
    page = client.follow(client.post("/cart/lines", {"variant": tea_id}))

    page = client.follow(client.submit(page, "Update cart", **{f"quantity-{tea_id}": "0"}))

    assert "Your cart is empty" in page.words("main")


@pytest.mark.parametrize("quantity", ["-1", "1.5", "many", "100", "9" * 30, "\u0663"])
def test_a_quantity_that_is_none_is_refused_in_words(client, tea_id, quantity):
    response = client.post("/cart/lines", {"variant": tea_id, "quantity": quantity}, 400)

    assert "whole number from 1 to 99" in response.text


@pytest.mark.parametrize("variant", ["", "tea", "999999", "-1", "9" * 30, "1 OR 1=1", "\u0663"])
def test_a_thing_that_is_not_there_is_refused_in_words(client, tea_id, variant):
    response = client.post("/cart/lines", {"variant": variant}, 404)

    assert "Nothing was put into your cart" in response.text


@pytest.mark.parametrize("kind", [Kind.DIGITAL, Kind.PLAN])
def test_what_comes_soon_cannot_be_put_into_a_cart(client, session, kind):
    club = a_product(session, "Tea club", kind=kind, stock=None).id
    session.commit()

    response = client.post("/cart/lines", {"variant": club}, 409)

    assert "coming soon" in response.text


def test_another_country_shows_its_delivery(client, session, tea_id):
    page = client.follow(client.post("/cart/lines", {"variant": tea_id}))

    assert page.find("select", id="country").find("option", selected=True)["value"] == "DE"
    page = client.follow(client.submit(page, "Update cart", country="AT"))
    assert page.find("select", id="country").find("option", selected=True)["value"] == "AT"


def test_a_country_that_does_not_exist_is_refused_in_words(client, tea_id):
    client.post("/cart/lines", {"variant": tea_id})

    assert "Choose a country from the list" in client.post("/cart", {"country": "Q1"}, 400).text


def test_a_changed_price_is_said_once(client, session, database, tea_id):
    client.post("/cart/lines", {"variant": tea_id})
    with database.session() as other:
        other.get_one(Variant, tea_id).price = 1400
        other.commit()

    assert "The price of Tea is now €14.00. It was €12.50." in client.get("/cart").words("main")
    assert "It was" not in client.get("/cart").words("main")


def test_the_cart_page_writes_nothing_to_the_database(client, app, tea_id):
    client.post("/cart/lines", {"variant": tea_id})
    statements = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    client.get("/cart")

    assert statements
    assert not [
        text for text in statements if re.match(r"\s*(INSERT|UPDATE|DELETE|BEGIN IMMEDIATE)", text, re.IGNORECASE)
    ]


def test_less_than_wanted_is_said(client, database, tea_id):
    client.post("/cart/lines", {"variant": tea_id, "quantity": 9})
    with database.session() as other:
        hold(other, order_id=77, wanted={tea_id: 8})
        other.commit()

    page = client.get("/cart")

    assert "There are only 2 of Tea left. You had asked for 9." in page.words("main")
    assert page.find("input", attrs={"name": f"quantity-{tea_id}"})["max"] == "2"


def test_a_cookie_that_was_tampered_with_is_an_empty_cart(client, tea_id):
    client.post("/cart/lines", {"variant": tea_id})
    cookie = client.raw.get_cookie("cart", domain="127.0.0.1") or client.raw.get_cookie("cart")
    assert cookie
    client.raw.set_cookie("cart", cookie.value[:-2] + "xx", domain="127.0.0.1")

    assert "Your cart is empty" in client.get("/cart").words("main")


def test_two_browsers_have_two_carts(app, client, tea_id):
    client.post("/cart/lines", {"variant": tea_id})

    assert "Your cart is empty" in Client(app).get("/cart").words("main")


@pytest.mark.parametrize("field", ["variant", "quantity", "country", "note"])
def test_f4_a_card_number_in_any_field_is_refused_kindly(client, tea_id, field):
    response = client.post("/cart/lines", {"variant": tea_id, field: "4242 4242 4242 4242"}, 400)

    assert "do not type a card number here" in response.text
    assert "4242" not in response.text


def test_another_site_cannot_fill_a_cart(client, tea_id):
    response = client.raw.post(
        "/cart/lines",
        data={"variant": tea_id},
        base_url=client.origin,
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    )

    assert response.status_code == 403
    assert not cookies_of(response)
