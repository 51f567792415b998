import pytest
from sqlalchemy import select

from storefront.catalog.product import Variant
from storefront.clock import now
from storefront.orders.order import Order
from storefront.orders.timeline import tell
from storefront.payments.payment import Payment, PaymentState
from storefront.stock.level import StockLevel
from tests.cast import a_product, post_to
from tests.client import Client


@pytest.fixture
def tea_id(database):
    with database.session() as session:
        variant_id = a_product(session, "Tea", price=1250, stock=10).id
        post_to(session, "DE", amount=490)
        session.commit()
        return variant_id


@pytest.fixture
def reference(client, tea_id):
    client.post("/cart/lines", {"variant": tea_id, "quantity": 2})
    return client.post("/checkout").headers["Location"].rsplit("/", 1)[-1]


@pytest.fixture
def stands(database, reference):
    """Brings the order and its payment into a state, as a settlement would leave them."""

    def bring(state="open", payment=None, **facts):
        with database.session() as session:
            order = session.scalars(select(Order).where(Order.reference == reference)).one()
            order.state = state
            order.completed_at = now() if state == "completed" else None
            if payment:
                session.add(
                    Payment(
                        order_id=order.id,
                        state=payment,
                        lines_hash=order.lines_hash,
                        capture_method="manual",
                        currency="eur",
                        amount=order.total,
                        session_expires_at=now(),
                        **facts,
                    )
                )
            session.commit()

    return bring


def test_a_wrong_reference_is_nowhere(client, reference):
    client.get(f"/orders/{reference[:-1]}", 404)
    client.get(f"/orders/{reference.swapcase()}", 404)
    client.post("/orders/nowhere/cancellation", status=404)
    client.post("/orders/nowhere/cart", status=404)


def test_the_page_shows_lines_and_sums_and_is_kept_by_nobody(client, reference):
    page = client.get(f"/orders/{reference}")
    words = page.words("main")

    assert "Tea" in words
    assert "€25.00" in words
    assert "Post" in words
    assert "€29.90" in words
    assert "Checkout was started." in words
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert "Set-Cookie" not in page.headers
    assert not page.select("meta[http-equiv]")


def test_an_order_without_a_payment_offers_to_pay(client, reference):
    page = client.get(f"/orders/{reference}")

    assert "Not paid yet" in page.words("h1")
    assert "Your things are kept for you until" in page.words("main")
    assert page.select_one(f"a[href='/pay/{reference}']")


@pytest.mark.parametrize(
    ("state", "payment", "facts", "title", "can_pay"),
    [
        ("open", PaymentState.OPEN, {}, "We are waiting for Stripe's confirmation", True),
        ("open", PaymentState.OPEN, {"declined": "Your card was declined."}, "The card was declined", True),
        ("open", PaymentState.PROCESSING, {}, "Your bank is processing the payment", False),
        ("open", PaymentState.AUTHORIZED, {}, "We are waiting for Stripe's confirmation", False),
        ("open", PaymentState.SUCCEEDED, {}, "We are looking at your payment", False),
        ("completed", PaymentState.SUCCEEDED, {"card_brand": "visa", "card_last4": "4242"}, "Paid. Thank you!", False),
        ("expired", PaymentState.EXPIRED, {}, "This order has ended", False),
        ("cancelled", PaymentState.EXPIRED, {}, "This order was cancelled", False),
        ("cancelled", PaymentState.CANCELED, {"release_reason": "sold_out"}, "We could not keep the last piece", False),
        ("open", PaymentState.OPEN, {"release_reason": "cancelled"}, "The order is being cancelled", False),
    ],
)
def test_each_state_has_its_words(client, stands, reference, state, payment, facts, title, can_pay):
    stands(state, payment, **facts)

    page = client.get(f"/orders/{reference}")

    assert title in page.words("h1")
    assert bool(page.select_one(f"a[href='/pay/{reference}']")) is can_pay
    assert ("Paid" in page.words("h1")) is (state == "completed")
    over = state in ("expired", "cancelled")
    assert bool(page.select_one(f"form[action='/orders/{reference}/cart']")) is over
    waits = page.find("a", string="Check again")
    assert bool(waits) is (state == "open")
    if over:
        assert "not charged" in page.words("main") or "Nothing was charged" in page.words("main")


def test_no_state_says_failed_while_money_may_still_come(client, stands, reference):
    stands("open", PaymentState.OPEN, declined="Your card was declined.")

    assert "failed" not in client.get(f"/orders/{reference}").words("main").lower()


def test_only_public_entries_of_the_timeline_are_shown(client, database, reference):
    with database.session() as session:
        order = session.scalars(select(Order).where(Order.reference == reference)).one()
        tell(session, order.id, "a", "Stripe confirmed the payment.", "stripe", event_id="evt_1")
        tell(session, order.id, "b", "Mira is suspicious.", "Mira", public=False)
        session.commit()

    words = client.get(f"/orders/{reference}").words("main")

    assert "Stripe confirmed the payment." in words
    assert "suspicious" not in words


def test_the_cart_is_emptied_by_the_page_of_its_paid_order_only(client, app, stands, reference):
    assert "Tea" in client.get("/cart").words("main")
    stands("completed", PaymentState.SUCCEEDED)
    stranger = Client(app).get(f"/orders/{reference}")
    assert "Set-Cookie" not in stranger.headers

    page = client.get(f"/orders/{reference}")

    assert "Max-Age=0" in page.headers["Set-Cookie"]
    assert "Your cart is empty" in client.get("/cart").words("main")
    assert "Set-Cookie" not in client.get(f"/orders/{reference}").headers


def test_an_unpaid_order_without_a_page_is_cancelled_at_once_and_gives_its_stock_back(
    client, database, reference, tea_id
):
    page = client.get(f"/orders/{reference}")

    page = client.follow(client.submit(page, "Cancel this order"))

    assert "This order was cancelled" in page.words("h1")
    with database.session() as session:
        assert session.get_one(StockLevel, tea_id).held == 0


def test_a_paid_order_cannot_be_cancelled_by_its_buyer(client, stands, reference):
    page = client.get(f"/orders/{reference}")
    stands("completed", PaymentState.SUCCEEDED)

    refused = client.submit(page, "Cancel this order", 409)

    assert "cannot be cancelled now" in refused.text


def test_the_same_things_go_into_a_cart_again_at_todays_prices(app, client, database, stands, reference, tea_id):
    stands("expired", PaymentState.EXPIRED)
    with database.session() as session:
        session.get_one(Variant, tea_id).price = 1400
        session.commit()
    bo = Client(app)

    page = bo.follow(bo.submit(bo.get(f"/orders/{reference}"), "Put the same things into the cart"))

    assert "The price of Tea is now €14.00. It was €12.50." in page.words("main")
    assert page.find("input", attrs={"name": f"quantity-{tea_id}"})["value"] == "2"
    again = client.follow(client.post(f"/orders/{reference}/cart"))
    assert again.find("input", attrs={"name": f"quantity-{tea_id}"})["value"] == "2"
