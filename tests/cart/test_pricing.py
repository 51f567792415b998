import pytest

from storefront.cart.cart import Cart
from storefront.cart.pricing import price
from storefront.cart.shipping import replace_rates
from storefront.catalog.product import Kind, Status
from storefront.money import Money
from storefront.stock.hold import hold
from storefront.stock.level import StockLevel
from tests.cast import a_product, post_to


def a_rate(country, name, amount):
    return {"country": country, "name": name, "amount": amount, "min_days": 2, "max_days": 4}


def test_a_cart_costs_its_lines_and_its_delivery(session):
    tea, pot = a_product(session, price=1250), a_product(session, "Teapot", price=6999)
    post_to(session, "DE", amount=490)

    priced = price(session, Cart().add(tea.id, 2, 1250).add(pot.id, 1, 6999), "eur")

    assert [line.total for line in priced.lines] == [Money(2500, "eur"), Money(6999, "eur")]
    assert (priced.subtotal.amount, priced.total.amount) == (9499, 9989)
    assert priced.changes == ()
    assert priced.obstacle == ""
    assert priced.delivery.country == "DE"


def test_a_changed_price_is_said_once_and_then_remembered(session):
    tea = a_product(session, price=1250)
    post_to(session, "DE")
    cart = Cart().add(tea.id, 1, 1100)

    priced = price(session, cart, "eur")

    assert priced.changes == ("The price of Tea is now €12.50. It was €11.00.",)
    assert price(session, priced.cart, "eur").changes == ()


def test_too_many_are_lowered_to_what_is_there(session):
    tea = a_product(session, stock=2)
    post_to(session, "DE")

    priced = price(session, Cart().add(tea.id, 5, 1250), "eur")

    assert priced.changes == ("There are only 2 of Tea left. You had asked for 5.",)
    assert priced.cart.lines[0].quantity == 2
    assert priced.subtotal.amount == 2500


def test_a_sold_out_thing_stays_to_be_seen_but_is_not_in_the_sums(session):
    tea, pot = a_product(session, stock=0), a_product(session, "Teapot", price=6999)
    post_to(session, "DE", amount=0)

    priced = price(session, Cart().add(tea.id, 3, 1250).add(pot.id, 1, 6999), "eur")

    assert priced.lines[0].trouble == "This is sold out."
    assert priced.cart.lines[0].quantity == 3
    assert priced.total.amount == 6999
    assert priced.obstacle == "Take Tea out of the cart to check out with the rest."


def test_the_last_piece_in_somebody_elses_hands_is_said_to_be_there(session):
    tea = a_product(session, stock=1)
    post_to(session, "DE")
    hold(session, order_id=77, wanted={tea.id: 1})

    priced = price(session, Cart().add(tea.id, 1, 1250), "eur")

    assert "Somebody else is paying for the last of these right now" in priced.lines[0].trouble
    assert priced.obstacle == "Nothing in your cart can be bought right now."
    assert (priced.delivery.needed, priced.total.amount) == (False, 0)


def test_what_the_buyers_own_order_holds_is_not_short(session):
    tea = a_product(session, stock=1)
    post_to(session, "DE")
    hold(session, order_id=77, wanted={tea.id: 1})

    priced = price(session, Cart().add(tea.id, 1, 1250), "eur", held={tea.id: 1})

    assert priced.lines[0].trouble == ""
    assert priced.changes == ()


def test_what_may_be_oversold_is_never_short(session):
    tea = a_product(session, stock=0)
    session.get_one(StockLevel, tea.id).oversell = True
    session.flush()
    post_to(session, "DE")

    assert price(session, Cart().add(tea.id, 3, 1250), "eur").obstacle == ""


def _archive(variant):
    variant.product.status = Status.ARCHIVED


def _deactivate(variant):
    variant.active = False


def _announce(variant):
    variant.product.kind = Kind.DIGITAL


def _misprice(variant):
    variant.currency = "usd"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_archive, "Tea is no longer sold. It was taken out of your cart."),
        (_deactivate, "Tea is no longer sold. It was taken out of your cart."),
        (_announce, "Tea cannot be bought yet. It is coming soon. It was taken out of your cart."),
        (_misprice, "Tea has no price that can be charged at the moment. It was taken out of your cart."),
    ],
)
def test_what_cannot_be_bought_any_more_is_taken_out_with_a_word(session, change, sentence):
    tea = a_product(session)
    change(tea)
    session.flush()

    priced = price(session, Cart().add(tea.id, 1, 1250), "eur")

    assert priced.changes == (sentence,)
    assert priced.cart.lines == ()
    assert priced.obstacle == "Your cart is empty."


def test_a_deleted_product_is_taken_out_with_a_word(session):
    priced = price(session, Cart().add(404, 1, 1250), "eur")

    assert priced.changes == ("Something in your cart is no longer sold and was taken out.",)


@pytest.mark.parametrize(("currency", "bad", "good"), [("kwd", 5125, 5120), ("isk", 550, 500), ("ugx", 401, 400)])
def test_b21_b22_a_price_that_stripe_would_round_is_not_sold(session, currency, bad, good):
    tea = a_product(session, price=bad, currency=currency, stock=None)
    post_to(session, "DE", amount=0, currency=currency)

    assert price(session, Cart().add(tea.id, 1, bad), currency).lines == ()
    tea.price = good
    session.flush()
    priced = price(session, Cart().add(tea.id, 1, good), currency)
    assert priced.total == Money(good, currency)


def test_b19_too_little_for_a_card_is_said_and_nothing_at_all_is_fine(session):
    tea = a_product(session, price=30, stock=None)
    post_to(session, "DE", amount=0)

    priced = price(session, Cart().add(tea.id, 1, 30), "eur")
    assert priced.obstacle == "€0.30 is less than can be paid by card. Add something more to the cart."
    tea.price = 0
    session.flush()
    assert price(session, Cart().add(tea.id, 1, 0), "eur").obstacle == ""


def test_more_than_stripe_takes_at_once_is_said(session):
    house = a_product(session, "House", price=99_999_999, stock=None)
    post_to(session, "DE", amount=1)

    priced = price(session, Cart().add(house.id, 1, 99_999_999), "eur")

    assert priced.obstacle.startswith("€1,000,000.00 is more than can be paid at once, which is €999,999.99.")


def test_the_chosen_rate_counts_and_one_that_is_gone_is_named(session):
    tea = a_product(session)
    replace_rates(session, [a_rate("DE", "Post", 490), a_rate("DE", "Express", 1490)], "eur")
    session.flush()
    cart = Cart(country="DE").add(tea.id, 1, 1250)
    express = price(session, cart, "eur").delivery.rates[1]

    chosen = price(session, Cart(cart.id, cart.lines, "DE", express.id), "eur")
    assert chosen.rate == express
    assert chosen.total.amount == 2740

    gone = price(session, Cart(cart.id, cart.lines, "DE", 999), "eur")
    assert gone.changes == ("The delivery you had chosen is no longer offered. It is now Post for €4.90.",)


def test_a_country_that_is_not_served_is_named(session):
    tea = a_product(session)
    post_to(session, "DE", "AT")

    priced = price(session, Cart(country="JP").add(tea.id, 1, 1250), "eur")

    assert priced.obstacle == "We do not send to Japan. Choose another country."


def test_a_shop_without_rates_says_so(session):
    tea = a_product(session)

    assert "has not said yet what delivery costs" in price(session, Cart().add(tea.id, 1, 1250), "eur").obstacle


def test_what_needs_no_parcel_needs_no_country(session):
    voucher = a_product(session, "Voucher", price=5000, stock=None)
    voucher.requires_shipping = False
    session.flush()

    priced = price(session, Cart().add(voucher.id, 1, 5000), "eur")

    assert priced.obstacle == ""
    assert priced.rate is None
    assert priced.total.amount == 5000


@pytest.mark.parametrize(("currency", "country"), [("eur", "DE"), ("usd", "US"), ("jpy", "JP"), ("xof", "")])
def test_a_shop_that_sends_anywhere_has_a_country_to_begin_with(session, currency, country):
    tea = a_product(session, price=5000, currency=currency)
    post_to(session, "*", amount=500, currency=currency)

    priced = price(session, Cart().add(tea.id, 1, 5000), currency)

    assert priced.delivery.country == country
    assert priced.obstacle == ("" if country else "Choose the country to send to.")
