from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storefront.cart.cart import Cart
from storefront.cart.priced import ChangedError, UnpayableError
from storefront.clock import now
from storefront.orders.order import Order, OrderState
from storefront.orders.placing import GRACE, completed_order, held_for
from storefront.orders.timeline import timeline_of
from tests.cast import a_product, post_to
from tests.orders.story import level, placed


def test_an_order_freezes_its_lines_and_holds_its_stock(session, tea):
    order = placed(session, Cart().add(tea.id, 2, 1250))
    session.commit()

    assert (order.subtotal, order.shipping, order.total) == (2500, 490, 2990)
    assert [(line.title, line.unit_amount, line.quantity) for line in order.lines] == [("Tea", 1250, 2)]
    assert order.offers == [{"name": "Post", "amount": 490, "min_days": 2, "max_days": 4}]
    assert (order.ip, order.user_agent, order.terms_version, order.refunds_version) == (
        "192.0.2.7",
        "Ada's browser",
        "3",
        "2",
    )
    assert level(session, tea.id) == (10, 2)
    assert abs(order.expires_at - now() - GRACE) < timedelta(seconds=30)


def test_a_later_price_does_not_change_a_placed_order(session, tea):
    order = placed(session, Cart().add(tea.id, 2, 1250))
    tea.price, tea.product.title = 9900, "Dear tea"
    session.commit()

    assert (order.lines[0].unit_amount, order.lines[0].title, order.total) == (1250, "Tea", 2990)


def test_prices_are_the_catalogues_and_a_forged_one_is_only_news(session, tea):
    with pytest.raises(ChangedError) as news:
        placed(session, Cart().add(tea.id, 1, 1))

    assert news.value.priced.changes == ("The price of Tea is now €12.50. It was €0.01.",)
    assert session.scalar(select(func.count(Order.id))) == 0


def test_the_same_cart_meets_the_same_order(session, tea):
    cart = Cart().add(tea.id, 2, 1250)
    first = placed(session, cart)
    lines = [line.id for line in first.lines]
    session.commit()
    again = placed(session, cart)
    session.commit()

    assert again.id == first.id
    assert [line.id for line in again.lines] == lines
    assert level(session, tea.id) == (10, 2)
    assert [entry.text for entry in timeline_of(session, first.id)] == ["Checkout was started."]


def test_changed_lines_replace_the_old_ones_under_the_same_hold(session, tea):
    pot = a_product(session, "Teapot", price=6999, stock=1)
    session.commit()
    cart = Cart().add(tea.id, 2, 1250)
    order = placed(session, cart)
    before = order.lines_hash
    session.commit()

    again = placed(session, cart.set(tea.id, 3).add(pot.id, 1, 6999))
    session.commit()

    assert again.id == order.id
    assert again.lines_hash != before
    assert again.subtotal == 3 * 1250 + 6999
    assert level(session, tea.id) == (10, 3)
    assert level(session, pot.id) == (1, 1)
    third = placed(session, cart.remove(tea.id).add(pot.id, 1, 6999))
    session.commit()
    assert third.id == order.id
    assert level(session, tea.id) == (10, 0)


def test_the_last_piece_is_not_short_for_the_buyer_who_holds_it(session):
    last = a_product(session, "Bowl", price=4100, stock=1)
    post_to(session, "DE")
    cart = Cart().add(last.id, 1, 4100)
    first = placed(session, cart)
    session.commit()

    assert placed(session, cart).id == first.id
    assert held_for(session, cart.id) == {last.id: 1}
    with pytest.raises(ChangedError):
        placed(session, Cart().add(last.id, 1, 4100))


def test_a_page_that_is_open_already_keeps_its_own_end(session, tea):
    cart = Cart().add(tea.id, 2, 1250)
    order = placed(session, cart)
    order.expires_at = None
    session.commit()

    assert placed(session, cart).expires_at is None


def test_another_country_or_rate_makes_another_hash(session, tea):
    cart = Cart(country="DE").add(tea.id, 2, 1250)
    order = placed(session, cart)
    german = order.lines_hash
    placed(session, Cart(cart.id, cart.lines, "AT"))

    assert order.country == "AT"
    assert order.lines_hash != german


def test_an_ended_order_is_not_met_again(session, tea):
    cart = Cart().add(tea.id, 2, 1250)
    first = placed(session, cart)
    first.expire()
    session.commit()

    second = placed(session, cart)

    assert second.id != first.id
    second.complete(now())
    session.flush()
    assert completed_order(session, cart.id) is second


def test_an_empty_cart_leaves_an_open_order_as_it_is(session, tea):
    cart = Cart().add(tea.id, 2, 1250)
    order = placed(session, cart)
    session.commit()
    with pytest.raises(UnpayableError, match="empty"):
        placed(session, cart.remove(tea.id))
    session.rollback()

    assert order.state == OrderState.OPEN
    assert level(session, tea.id) == (10, 2)


def test_b19_too_little_is_refused_and_an_open_order_stays(session, tea):
    pin = a_product(session, "Pin", price=20, stock=None)
    post_to(session, "DE", amount=0)
    cart = Cart().add(tea.id, 1, 1250)
    order = placed(session, cart)
    session.commit()
    with pytest.raises(UnpayableError, match="less than can be paid by card"):
        placed(session, cart.remove(tea.id).add(pin.id, 1, 20))
    session.rollback()

    assert (order.state, order.subtotal) == (OrderState.OPEN, 1250)


def test_b15_nothing_to_pay_is_an_order_like_any_other(session):
    sample = a_product(session, "Sample", price=0, stock=5)
    post_to(session, "DE", amount=0)

    order = placed(session, Cart().add(sample.id, 1, 0))

    assert (order.total, order.state) == (0, OrderState.OPEN)
    assert level(session, sample.id) == (5, 1)
