import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.cart.cart import MOST_LINES, MOST_PIECES, Cart, CartFullError, CartLine

lines = st.lists(
    st.builds(CartLine, st.integers(1, 999_999_999), st.integers(1, MOST_PIECES), st.integers(0, 999_999_999_999)),
    max_size=MOST_LINES,
    unique_by=lambda line: line.variant_id,
)
carts = st.builds(
    Cart,
    id=st.text("0123456789abcdef", min_size=32, max_size=32),
    lines=lines.map(tuple),
    country=st.one_of(st.just(""), st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)),
    rate_id=st.one_of(st.none(), st.integers(0, 999_999_999)),
)


@given(carts)
def test_a_payload_brings_back_the_same_cart(cart):
    assert Cart.from_payload(cart.to_payload()) == cart


@given(carts)
def test_a_payload_fits_into_a_cookie(cart):
    payload = cart.to_payload()

    assert len(payload) < 1500
    assert set(payload) <= set("0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZ.-_")


@given(st.one_of(st.none(), st.text(), st.from_regex(r"1-[0-9a-f]{32}-[A-Z]{2}-[0-9]{0,9}-[0-9._]*", fullmatch=True)))
def test_no_payload_can_break_a_cart(payload):
    cart = Cart.from_payload(payload)

    assert len(cart.lines) <= MOST_LINES
    assert all(1 <= line.quantity <= MOST_PIECES for line in cart.lines)
    assert Cart.from_payload(cart.to_payload()) == cart


@pytest.mark.parametrize(
    "payload",
    [
        "2-" + "a" * 32 + "-DE--1.1.100",
        "1-" + "a" * 31 + "-DE--1.1.100",
        "1-" + "a" * 32 + "-de--1.1.100",
        "1-" + "a" * 32 + "-DE--1.0.100",
        "1-" + "a" * 32 + "-DE--1.1",
        "1-" + "a" * 32 + "-DE--1.1.100\n",
        "1-" + "a" * 32 + "-DE--\u0661.1.100",
    ],
)
def test_a_payload_that_is_not_ours_gives_a_new_empty_cart(payload):
    assert Cart.from_payload(payload).lines == ()
    assert Cart.from_payload(payload).id != "a" * 32


def test_two_new_carts_have_two_ids():
    assert Cart().id != Cart().id
    assert len(bytes.fromhex(Cart().id)) * 8 == 128


def test_adding_the_same_thing_again_makes_one_line_of_more_pieces():
    cart = Cart().add(1, 2, 500).add(2, 1, 900).add(1, 3, 550)

    assert cart.lines == (CartLine(1, 5, 550), CartLine(2, 1, 900))
    assert cart.pieces == 6


def test_a_line_holds_99_pieces_at_most():
    assert Cart().add(1, 60, 500).add(1, 60, 500).lines[0].quantity == MOST_PIECES
    assert Cart().add(1, 1, 500).set(1, 1000).lines[0].quantity == MOST_PIECES


def test_the_51st_different_thing_is_refused_in_a_sentence():
    cart = Cart()
    for variant_id in range(1, MOST_LINES + 1):
        cart = cart.add(variant_id, 1, 500)

    with pytest.raises(CartFullError, match="50 different things"):
        cart.add(51, 1, 500)
    assert cart.add(50, 1, 500).lines[-1].quantity == 2


def test_setting_none_takes_the_line_out():
    cart = Cart().add(1, 2, 500)

    assert cart.set(1, 0).lines == ()
    assert cart.set(1, -5).lines == ()
    assert cart.remove(1).lines == ()


def test_setting_what_is_not_there_changes_nothing():
    cart = Cart().add(1, 2, 500)

    assert cart.set(2, 7) == cart


@given(carts, carts)
def test_merging_twice_is_merging_once(mine, other):
    once = mine.merge(other)

    assert once.merge(other) == once
    assert once.id == mine.id
    assert len(once.lines) <= MOST_LINES
