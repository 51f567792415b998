import pytest
from html5lib import HTMLParser

from storefront.cart.cart import Cart
from storefront.clock import now
from storefront.orders.order import Order
from storefront.orders.placing import place
from storefront.outbox.letter import queue
from storefront.payments.payment import Payment, PaymentState
from storefront.postman.message import message_of
from storefront.postman.rendering import written
from tests.cast import a_product, post_to


def a_paid_order(session, **facts) -> Order:
    tea = a_product(session, "Tea", price=1250, stock=10)
    post_to(session, "DE", amount=490)
    order = place(
        session,
        Cart().add(tea.id, 2, 1250),
        currency="eur",
        capture_policy="automatic",
        ip="",
        user_agent="",
        terms_version="1",
        refunds_version="1",
    )
    order.email, order.name = "ada@buyer.example", "Ada Field"
    order.address = {"line1": "Gartenweg 4", "line2": None, "city": "Berlin", "postal_code": "10115", "country": "DE"}
    for name, value in facts.items():
        setattr(order, name, value)
    order.complete(now())
    session.add(
        Payment(
            order_id=order.id,
            state=PaymentState.SUCCEEDED,
            lines_hash="",
            capture_method="automatic",
            currency="eur",
            amount=order.total,
            session_expires_at=now(),
            card_brand="visa",
            card_last4="4242",
            settled_order=True,
        )
    )
    session.flush()
    return order


def the_letter(session, settings, kind, order):
    letter = queue(session, kind, order.number, order.email, order_id=order.id)
    session.flush()
    return letter, written(session, settings, letter)


def test_a_receipt_says_what_was_bought_and_paid_and_where_to_look(session, settings):
    order = a_paid_order(session, tax=477, discount=100, total=2890)

    _, receipt = the_letter(session, settings, "receipt", order)

    assert receipt.subject == f"[Test] Your receipt for order {order.number} at The test shop"
    both = [
        order.number,
        "Ada Field",
        "Tea",
        "€12.50",
        "€25.00",
        "-€1.00",
        "Delivery, Post",
        "€4.90",
        "€4.77",
        "€28.90",
    ]
    both += ["Visa **** 4242", "Gartenweg 4", "10115 Berlin", "Germany", "2 to 4 working days"]
    for words in both:
        assert words in receipt.text
        assert words in receipt.html
    assert "Total: €28.90\nTax in it: €4.77" in receipt.text
    assert "2 x €12.50 = €25.00" in receipt.text
    assert "TEST MODE" in receipt.text
    assert f"\nhttps://shop.example/orders/{order.reference}\n" in receipt.text
    assert f'href="https://shop.example/orders/{order.reference}"' in receipt.html


@pytest.mark.parametrize("kind", ["receipt", "sold_out"])
def test_a_letter_is_valid_html_and_asks_for_nothing_from_outside(session, settings, kind):
    _, letter = the_letter(session, settings, kind, a_paid_order(session))

    HTMLParser(strict=True).parse(letter.html)
    assert "src=" not in letter.html
    assert "<script" not in letter.html


@pytest.mark.parametrize("kind", ["receipt", "sold_out"])
def test_html_is_escaped_and_text_is_not(session, settings, kind):
    order = a_paid_order(session, name="Ada <b>& Söhne")
    order.lines[0].title = "<img src=x onerror=alert(1)>"

    _, letter = the_letter(session, settings, kind, order)

    assert "<img" not in letter.html
    assert "Ada &lt;b&gt;&amp; Söhne" in letter.html
    assert "Ada <b>& Söhne" in letter.text


def test_f4_a_card_number_that_somebody_gave_as_a_name_is_masked(session, settings):
    _, letter = the_letter(session, settings, "receipt", a_paid_order(session, name="4242 4242 4242 4242"))

    assert "4242 4242" not in letter.text + letter.html
    assert "**** 4242" in letter.text


def test_a_letter_for_a_lost_last_piece_says_that_nothing_was_charged(session, settings):
    _, letter = the_letter(session, settings, "sold_out", a_paid_order(session))

    assert "your card was not charged" in letter.subject
    assert "Your card was not charged." in letter.text
    assert "2 x Tea" in letter.text


def test_headers_cannot_be_broken_out_of(session, settings):
    order = a_paid_order(session, number="K7Q2\r\nBcc: bo@stranger.example")
    letter, text = the_letter(session, settings, "receipt", order)

    message = message_of(settings, letter, text)

    assert message["Bcc"] is None
    assert "\n" not in str(message["Subject"])
    assert [address.addr_spec for address in message["To"].addresses] == ["ada@buyer.example"]
    assert str(message["From"]) == "The test shop <hello@shop.example>"
    assert message["Message-ID"] == f"<{letter.message_id}@shop.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_tax_on_top_of_the_prices_stands_above_the_total(session, settings):
    order = a_paid_order(session, tax=477, total=2990 + 477)

    _, receipt = the_letter(session, settings, "receipt", order)

    assert "Tax: €4.77\nTotal: €34.67" in receipt.text
    assert "Tax in it" not in receipt.html
