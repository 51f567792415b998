import pytest
from sqlalchemy import func, select

from storefront.cart.shipping import replace_rates
from storefront.catalog.page import publish
from storefront.catalog.product import Variant
from storefront.clock import now
from storefront.orders.order import Order
from storefront.payments.payment import Payment, PaymentState
from storefront.stock.level import StockLevel
from tests.cast import a_product, post_to
from tests.client import Client


@pytest.fixture
def tea_id(database):
    with database.session() as session:
        variant_id = a_product(session, "Tea", price=1250, stock=10).id
        post_to(session, "DE", "AT", amount=490)
        session.commit()
        return variant_id


def orders(database):
    with database.session() as session:
        return list(session.scalars(select(Order).order_by(Order.id)))


def change(database, model, key, **facts):
    with database.session() as session:
        row = session.get_one(model, key)
        for name, value in facts.items():
            setattr(row, name, value)
        session.commit()


def a_payment(database, order, state):
    with database.session() as session:
        session.add(
            Payment(
                order_id=order.id,
                state=state,
                lines_hash="",
                capture_method="manual",
                currency="eur",
                amount=order.total,
                session_expires_at=now(),
            )
        )
        session.commit()


def fill(client, variant_id, quantity=1):
    return client.follow(client.post("/cart/lines", {"variant": variant_id, "quantity": quantity}))


def test_checkout_places_an_order_and_leads_to_its_payment(client, database, tea_id):
    page = fill(client, tea_id, 2)

    response = client.submit(page, "Checkout")

    [order] = orders(database)
    assert response.headers["Location"] == f"/pay/{order.reference}"
    assert (order.total, order.ip, order.state) == (2990, "127.0.0.1", "open")
    assert len(order.reference) >= 22


def test_the_texts_shown_and_the_browser_are_kept_with_the_order(client, database, tea_id):
    with database.session() as session:
        publish(session, "terms", "Terms", "<p>One</p>")
        publish(session, "terms", "Terms", "<p>Two</p>")
        publish(session, "refunds", "Refunds", "<p>One</p>")
        session.commit()
    fill(client, tea_id)

    client.post("/checkout", headers={"User-Agent": "Ada's browser"})

    [order] = orders(database)
    assert (order.terms_version, order.refunds_version, order.user_agent) == ("2", "1", "Ada's browser")


def test_b1_b2_a_double_click_a_second_tab_and_back_meet_the_same_order(client, database, tea_id):
    page = fill(client, tea_id)
    first = client.submit(page, "Checkout")
    second = client.submit(page, "Checkout")
    back = client.get("/cart")
    third = client.submit(back, "Checkout")

    assert first.headers["Location"] == second.headers["Location"] == third.headers["Location"]
    assert len(orders(database)) == 1
    assert "Tea" in back.words("main")
    with database.session() as session:
        assert session.get_one(StockLevel, tea_id).held == 1


def test_a_quantity_typed_just_before_checkout_counts(client, database, tea_id):
    page = fill(client, tea_id)

    client.submit(page, "Checkout", **{f"quantity-{tea_id}": "4"})

    assert orders(database)[0].subtotal == 5000
    with database.session() as session:
        assert session.get_one(StockLevel, tea_id).held == 4


def test_another_country_chosen_just_before_checkout_is_shown_first_if_it_costs_otherwise(client, database, tea_id):
    rates = [
        {"country": code, "name": "Post", "amount": amount, "min_days": 2, "max_days": 4}
        for code, amount in [("DE", 490), ("AT", 990)]
    ]
    with database.session() as session:
        replace_rates(session, rates, "eur")
        session.commit()
    page = fill(client, tea_id)

    shown = client.submit(page, "Checkout", 409, country="AT")
    assert "You changed the country" in shown.text
    assert "€22.40" in shown.text
    assert orders(database) == []
    client.submit(client.get("/cart"), "Checkout")
    assert [(order.country, order.total) for order in orders(database)] == [("AT", 2240)]


def test_a_changed_price_is_shown_before_anything_is_placed(client, database, tea_id):
    page = fill(client, tea_id)
    change(database, Variant, tea_id, price=1400)

    shown = client.submit(page, "Checkout", 409)

    assert "The price of Tea is now €14.00. It was €12.50." in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert orders(database) == []
    client.submit(client.get("/cart"), "Checkout")
    assert orders(database)[0].subtotal == 1400


def test_prices_come_from_the_catalogue_whatever_the_form_says(client, database, tea_id):
    fill(client, tea_id)

    client.post(
        "/checkout", {"price": "1", f"price-{tea_id}": "1", "total": "1", "currency": "jpy", "unit_amount": "1"}
    )

    [order] = orders(database)
    assert (order.total, order.currency) == (1740, "eur")


def test_b11_the_slower_of_two_buyers_is_told_kindly(app, client, database):
    with database.session() as session:
        bowl = a_product(session, "Bowl", price=4100, stock=1).id
        post_to(session, "DE")
        session.commit()
    bo = Client(app, "127.0.0.2")
    pages = [fill(client, bowl), fill(bo, bowl)]
    client.submit(pages[0], "Checkout")

    told = bo.submit(pages[1], "Checkout", 409)

    assert "Somebody else is paying for the last of these right now" in told.text
    assert "Nothing was ordered yet" in told.text
    assert "Total" not in told.text
    assert len(orders(database)) == 1


def test_an_empty_cart_cannot_be_checked_out(client, database):
    assert "Your cart is empty" in client.post("/checkout", status=409).text
    assert orders(database) == []


def test_b19_too_little_for_a_card_is_said(client, database):
    with database.session() as session:
        pin = a_product(session, "Pin", price=20, stock=None).id
        post_to(session, "DE", amount=0)
        session.commit()
    page = fill(client, pin)

    assert "€0.20 is less than can be paid by card" in page.words("main")
    assert "less than can be paid by card" in client.submit(page, "Checkout", 409).text


@pytest.mark.parametrize("state", [PaymentState.PROCESSING, PaymentState.AUTHORIZED, PaymentState.SUCCEEDED])
def test_an_order_whose_payment_is_on_its_way_is_not_changed_any_more(client, database, tea_id, state):
    page = fill(client, tea_id)
    client.submit(page, "Checkout")
    [order] = orders(database)
    a_payment(database, order, state)

    response = client.submit(page, "Checkout", **{f"quantity-{tea_id}": "5"})

    assert response.headers["Location"] == f"/orders/{order.reference}"
    assert [each.total for each in orders(database)] == [order.total]


def test_b5_a_paid_cart_is_not_bought_twice_by_back_and_checkout(client, database, tea_id):
    page = fill(client, tea_id)
    client.submit(page, "Checkout")
    [order] = orders(database)
    change(database, Order, order.id, state="completed", completed_at=now())

    response = client.submit(page, "Checkout")

    assert response.headers["Location"] == f"/orders/{order.reference}"
    assert len(orders(database)) == 1
    assert "Your cart is empty" in client.get("/cart").words("main")


def test_after_a_paid_order_a_new_cart_begins(client, database, tea_id):
    page = fill(client, tea_id)
    client.submit(page, "Checkout")
    [order] = orders(database)
    change(database, Order, order.id, state="completed", completed_at=now())

    client.submit(fill(client, tea_id, 3), "Checkout")

    first, second = orders(database)
    assert second.cart_id != first.cart_id
    assert second.subtotal == 3750


def test_one_cart_may_not_check_out_without_end(app, database, tea_id):
    first = Client(app, "127.0.0.1")
    fill(first, tea_id)
    for _ in range(12):
        first.post("/checkout")

    refused = first.post("/checkout", status=429)

    assert int(refused.headers["Retry-After"]) > 0
    bo = Client(app, "127.0.0.1")
    fill(bo, tea_id)
    bo.post("/checkout")
    with database.session() as session:
        assert session.scalar(select(func.count(Order.id))) == 2


def test_checkout_answers_only_to_posts(client):
    client.get("/checkout", 405)
