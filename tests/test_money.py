"""Figures written by hand from Stripe's "Supported currencies" and "Minimum and maximum charge amounts"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.money import THREE_DECIMAL, ZERO_DECIMAL, Money, MoneyError, exponent, quantum, spread

CURRENCIES = {
    # zero-decimal: the amount is the number people write
    "bif": ("5000", 5000),
    "clp": ("19990", 19990),
    "djf": ("900", 900),
    "gnf": ("45000", 45000),
    "jpy": ("1200", 1200),
    "kmf": ("2500", 2500),
    "krw": ("35000", 35000),
    "mga": ("22000", 22000),
    "pyg": ("75000", 75000),
    "rwf": ("6500", 6500),
    "vnd": ("250000", 250000),
    "vuv": ("600", 600),
    "xaf": ("3300", 3300),
    "xof": ("3300", 3300),
    "xpf": ("1100", 1100),
    # three-decimal: a thousand to one, the last digit is 0
    "bhd": ("5.120", 5120),
    "jod": ("7.450", 7450),
    "kwd": ("3.070", 3070),
    "omr": ("9.990", 9990),
    "tnd": ("12.500", 12500),
    # whole numbers that are sent with two zeros
    "isk": ("5", 500),
    "ugx": ("40000", 4000000),
    # two decimals at Stripe, whatever ISO or Babel say
    "afn": ("350.25", 35025),
    "all": ("120.50", 12050),
    "lak": ("98000.75", 9800075),
    "rsd": ("499.99", 49999),
    "eur": ("69.99", 6999),
    "usd": ("0.50", 50),
    "gbp": ("1234.05", 123405),
    "huf": ("175.00", 17500),
    "twd": ("300.00", 30000),
    "chf": ("19.95", 1995),
}


@pytest.mark.parametrize(("currency", "text", "amount"), [(code, *figures) for code, figures in CURRENCIES.items()])
def test_what_is_written_is_what_stripe_is_asked_and_what_is_shown(currency, text, amount):
    money = Money.parse(text, currency)

    assert money == Money(amount, currency)
    assert str(money.decimal()) == text
    assert "".join(sign for sign in money.format() if sign.isdigit() or sign == ".") == text
    assert amount % quantum(currency) == 0


def test_the_table_names_every_currency_that_is_not_counted_in_hundredths():
    assert set(CURRENCIES) >= ZERO_DECIMAL | THREE_DECIMAL
    assert len(ZERO_DECIMAL) == 15
    assert len(THREE_DECIMAL) == 5


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.345", "eur"), ("1.5", "jpy"), ("5.50", "isk"), ("5.50", "ugx"), ("5.123", "kwd"), ("5.1234", "kwd"),
        ("", "eur"), ("twelve", "eur"), ("1e3", "eur"), ("NaN", "eur"), ("1.2.3", "eur"), ("--1", "eur"),
        ("1234567890123", "eur"),
    ],
)  # fmt: skip
def test_what_cannot_be_charged_is_refused_in_a_sentence(text, currency):
    with pytest.raises(
        MoneyError, match=r"^'.*' (is not an amount of money|has more digits than [A-Z]{3} is charged in)\.$"
    ):
        Money.parse(text, currency)


@pytest.mark.parametrize(
    ("text", "amount"), [("1,234.50", 123450), ("1 234.50", 123450), ("1'234.50", 123450), (" 7 ", 700), (".5", 50)]
)
def test_thousands_may_be_parted(text, amount):
    assert Money.parse(text, "eur").amount == amount


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(0, 9_999_999))
def test_every_chargeable_amount_survives_being_written_and_read(currency, steps):
    money = Money(steps * quantum(currency), currency)

    assert Money.parse(str(money.decimal()), currency) == money


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=100))
def test_parts_add_up_to_the_total(total, weights):
    parts = spread(total, weights)

    assert sum(parts) == total
    assert len(parts) == len(weights)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=100))
def test_no_part_is_a_whole_unit_away_from_its_exact_share(total, weights):
    for part, weight in zip(spread(total, weights), weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


def test_a_share_of_nothing_goes_nowhere_and_weights_of_nothing_to_the_first():
    assert spread(100, []) == []
    assert spread(100, [0, 0]) == [100, 0]
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(0, [5, 7]) == [0, 0]


@pytest.mark.parametrize(
    ("amount", "currency", "below"),
    [
        (0, "eur", False),
        (49, "eur", True),
        (50, "eur", False),
        (29, "gbp", True),
        (30, "gbp", False),
        (17499, "huf", True),
        (49, "jpy", True),
    ],
)
def test_too_little_is_known_and_nothing_is_not_too_little(amount, currency, below):
    assert Money(amount, currency).below_minimum() is below


def test_two_currencies_are_never_added():
    with pytest.raises(MoneyError):
        Money(1, "eur") + Money(1, "usd")
    with pytest.raises(MoneyError):
        Money(1, "eur") - Money(1, "usd")


def test_digits_are_stripes():
    assert [exponent(code) for code in ("jpy", "eur", "kwd", "isk", "ugx", "lak")] == [0, 2, 3, 2, 2, 2]
