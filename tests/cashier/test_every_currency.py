"""In every currency that Stripe takes: what is shown is charged, refunded and exported. Two pieces and the post, one piece back.

The figures are written by hand from Stripe's "Supported currencies": what a piece costs as people write it, what Stripe
is asked for, and the same of the whole, which is three times as much.
"""

import re
from dataclasses import replace

import pytest

from sandbox.money import CURRENCIES
from storefront.cart.shipping import replace_rates
from storefront.clock import now
from storefront.money import Money
from storefront.orders.order import Order, lock_order
from storefront.payments import refunding
from storefront.payments.refunding import Wish
from storefront.reports.accounting import lines
from tests.cast import a_product
from tests.client import Client

BY_HAND = {
    # zero-decimal: the amount is the number people write
    "bif": ("5,000", 5000, "15,000", 15000),
    "clp": ("19,990", 19990, "59,970", 59970),
    "djf": ("900", 900, "2,700", 2700),
    "gnf": ("45,000", 45000, "135,000", 135000),
    "jpy": ("1,200", 1200, "3,600", 3600),
    "kmf": ("2,500", 2500, "7,500", 7500),
    "krw": ("35,000", 35000, "105,000", 105000),
    "mga": ("22,000", 22000, "66,000", 66000),
    "pyg": ("75,000", 75000, "225,000", 225000),
    "rwf": ("6,500", 6500, "19,500", 19500),
    "vnd": ("250,000", 250000, "750,000", 750000),
    "vuv": ("600", 600, "1,800", 1800),
    "xaf": ("3,300", 3300, "9,900", 9900),
    "xof": ("3,300", 3300, "9,900", 9900),
    "xpf": ("1,100", 1100, "3,300", 3300),
    # three-decimal: a thousand to one, the last digit is 0
    "bhd": ("5.120", 5120, "15.360", 15360),
    "jod": ("7.450", 7450, "22.350", 22350),
    "kwd": ("3.070", 3070, "9.210", 9210),
    "omr": ("9.990", 9990, "29.970", 29970),
    "tnd": ("12.500", 12500, "37.500", 37500),
    # whole numbers that are sent with two zeros
    "isk": ("50", 5000, "150", 15000),
    "ugx": ("40,000", 4000000, "120,000", 12000000),
    # two decimals at Stripe, whatever ISO or Babel say
    "afn": ("350.25", 35025, "1,050.75", 105075),
    "all": ("120.50", 12050, "361.50", 36150),
    "lak": ("98,000.75", 9800075, "294,002.25", 29400225),
    "rsd": ("499.99", 49999, "1,499.97", 149997),
    "eur": ("69.99", 6999, "209.97", 20997),
    "huf": ("175.00", 17500, "525.00", 52500),
    "twd": ("300.00", 30000, "900.00", 90000),
}
REST = sorted(CURRENCIES - set(BY_HAND))


def figures(currency):
    """Those by hand; for the others, which are all counted in hundredths, the same for all."""
    return BY_HAND.get(currency, ("1,234.56", 123456, "3,703.68", 370368))


def numbers(words):
    """The sums of money in a text, as they are written."""
    return re.findall(r"\d[\d,]*(?:\.\d+)?", words)


def bought_and_half_returned(counter, currency):
    """An order in this currency, with one of its two pieces refunded. Answers what Ada reads before she pays, and its reference."""
    shown, unit, _, _ = figures(currency)
    with counter.sessions.begin() as session:
        variant = a_product(
            session, f"Tea for {currency}", price=Money.parse(shown, currency).amount, currency=currency
        )
        assert variant.price == unit
        post = {"country": "DE", "name": "Post", "amount": unit, "min_days": 2, "max_days": 4}
        replace_rates(session, [post], currency)
        tea = variant.id
    ada = Client(counter.app, f"198.18.7.{sorted(CURRENCIES).index(currency)}")
    reference = counter.checks_out(tea, quantity=2, client=ada)
    before = ada.get(f"/orders/{reference}").words("main")
    counter.pays(counter.page_of(reference))
    counter.work()
    with counter.sessions.begin() as session:
        order = lock_order(session, session.query(Order.id).filter_by(reference=reference).scalar())
        refunding.ask(session, order, Wish(pieces={order.lines[0].id: 1}), key=f"form:{currency}", by="Mira")
    counter.work()
    return before, reference


def assert_one_figure_everywhere(counter, currency):
    shown, unit, total_shown, total = figures(currency)
    before, reference = bought_and_half_returned(counter, currency)
    after, number = counter.reads(reference), counter.order(reference).number

    assert total_shown in numbers(before), (currency, before)
    [intent] = [one for one in counter.at_stripe() if one["metadata"]["order"] == number]
    [charge] = [one for one in counter.at_stripe("charges") if one["metadata"]["order"] == number]
    assert (intent["currency"], intent["amount_received"], charge["amount_refunded"]) == (currency, total, unit)
    assert re.search(rf"Refunded: [^.]*?{re.escape(shown)}(?!\d)", after), (currency, after)
    mine = [letter for letter in counter.letters() if number in letter["text"]]
    for figure, letter in ((total_shown, "receipt"), (shown, "refunded")):
        [found] = [one for one in mine if letter in one["subject"].lower()]
        assert figure in numbers(found["text"]), (currency, found["text"])
    with counter.sessions() as session:
        rows = [row.split(",") for row in lines(session, f"{now():%Y-%m}") if number in row]
    exported = [(row[1], row[3], row[4]) for row in rows]
    plain, back = total_shown.replace(",", ""), shown.replace(",", "")
    assert exported == [("charge", plain, currency.upper()), ("refund", f"-{back}", currency.upper())]


@pytest.mark.parametrize("part", range(4))
def test_b20_b21_b22_every_special_currency_is_right_everywhere(counter, in_currency, part):
    for currency in sorted(BY_HAND)[part::4]:
        in_currency(currency)
        assert_one_figure_everywhere(counter, currency)


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_b20_every_other_currency_is_right_everywhere(counter, in_currency, part):
    assert len(REST) > 100
    for currency in REST[part::4]:
        in_currency(currency)
        assert_one_figure_everywhere(counter, currency)


@pytest.fixture
def in_currency(counter):
    """Gives the shop another STORE_CURRENCY, as after a restart."""

    def change(currency):
        counter.app.extensions["settings"] = replace(counter.app.extensions["settings"], currency=currency)

    return change
