"""Plans in the catalogue and in the cart: in and out as CSV, alone and beside other things."""

import csv

import pytest

from storefront.cart.cart import Cart
from storefront.cart.priced import UnpayableError
from storefront.cart.pricing import price
from storefront.catalog.plan import NoTermsError, Terms, terms_from
from storefront.orders.placing import place
from storefront.stock.hold import StockHold
from tests.cast import a_product, post_to
from tests.catalog.files import OLD, TEA, a_file
from tests.catalog.test_commands import flask as flask  # noqa: PLC0414 - a fixture is used by its name

HEADER = [*OLD, "Plan Interval", "Plan Trial Days", "Plan Trial Card", "Plan Trial End", "Plan Gives"]
PLAN = {"Type": "Subscriptions", "Variant Requires Shipping": "false", "Plan Interval": "4 months", "Plan Gives": "box"}
TRIAL = Terms("month", trial_days=14, card_first=False, without_card="pause")


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ({"every": "Month"}, Terms("month")),
        ({"every": "every 2 weeks", "gives": "access"}, Terms("week", 2, gives="access")),
        ({"every": "year", "trial_days": "30", "card": "no", "without_card": "invoice"},
         Terms("year", 1, 30, card_first=False, without_card="create_invoice")),
    ],
)  # fmt: skip
def test_terms_in_words(words, terms):
    assert terms_from(**words) == terms


@pytest.mark.parametrize(
    "words",
    [{"every": "fortnight"}, {"every": "0 months"}, {"every": "4 years"}, {"every": "month", "trial_days": "-1"},
     {"every": "month", "trial_days": "731"}, {"every": "month", "without_card": "explode"}, {"every": "month", "gives": "joy"}],
)  # fmt: skip
def test_what_are_no_terms(words):
    with pytest.raises(NoTermsError):
        terms_from(**words)


def test_in_and_out_as_csv(flask, tmp_path):
    trial = {
        "Plan Interval": "year",
        "Plan Trial Days": "14",
        "Plan Trial Card": "no",
        "Plan Trial End": "pause",
        "Plan Gives": "access",
    }
    post, club = {**TEA, "Handle": "post", **PLAN}, {**TEA, "Handle": "club", **PLAN, **trial}
    code, said = flask("catalog", "import", a_file(tmp_path, post, club, header=HEADER))
    assert (code, "2 created" in said) == (0, True), said
    out = tmp_path / "out.csv"
    flask("catalog", "export", out)
    with out.open(newline="") as written:
        rows = {row["Handle"]: row for row in csv.DictReader(written)}
    assert [rows["post"][name] for name in ("Plan Interval", "Plan Trial Days", "Plan Gives")] == [
        "4 months",
        "",
        "box",
    ]
    assert {name: rows["club"][name] for name in trial} == {**trial, "Plan Trial Card": "false"}
    assert "0 updated, 2 unchanged" in flask("catalog", "import", out)[1]

    assert (
        "1 updated"
        in flask("catalog", "import", a_file(tmp_path, {**post, "Plan Interval": "month"}, header=HEADER))[1]
    )
    code, said = flask("catalog", "import", a_file(tmp_path, {**post, "Plan Interval": "fortnight"}, header=HEADER))
    assert (code, "its plan cannot be: 'fortnight' is no interval" in said) == (1, True), said
    plain = {name: value for name, value in post.items() if not name.startswith("Plan")}
    assert "1 unchanged" in flask("catalog", "import", a_file(tmp_path, plain))[1], (
        "a file without the columns takes nothing away"
    )


def placed(session, cart, policy="on_stock_check"):
    return place(
        session, cart, currency="eur", capture_policy=policy, ip="", user_agent="", terms_version="1", refunds_version="1"
    )  # fmt: skip


def test_a_plan_and_other_things_in_one_cart(session):
    post_to(session, "DE")
    club, tea = a_product(session, "Tea club", price=900, plan=Terms("month")), a_product(session, "Tea", price=1250)
    cart = Cart().add(club.id, 1, 900).add(tea.id, 2, 1250)

    priced = price(session, cart, "eur")
    assert (priced.obstacle, priced.total.amount, priced.plan.name) == ("", 900 + 2500 + 490, "Tea club")
    order = placed(session, cart, "on_stock_check")

    assert (order.capture_policy, order.total, order.plan_line.every) == ("automatic", 3890, "every month")
    assert [line.requires_shipping for line in order.lines] == [True, True]
    assert len(order.offers) == 1


def test_a_box_alone_costs_no_delivery_but_needs_a_country(session):
    post_to(session, "DE")
    club = a_product(session, "Tea club", price=900, plan=Terms("month"))
    cart = Cart().add(club.id, 1, 900)
    assert (price(session, cart, "eur").total.amount, placed(session, cart).country) == (900, "DE")
    assert "do not send" in price(session, Cart(cart.id, cart.lines, "FR"), "eur").obstacle


def test_a_trial_costs_nothing_today_and_holds_no_stock(session):
    post_to(session, "DE")
    club = a_product(session, "Tea club", price=900, stock=0, plan=Terms("month", gives="access"))
    trial = a_product(session, "Trial club", price=900, plan=TRIAL)
    order = placed(session, Cart().add(trial.id, 1, 900))
    assert (order.total, order.lines[0].unit_amount, order.lines[0].plan["price"]) == (0, 0, 900)
    assert session.query(StockHold).count() == 0
    assert "sold out" in price(session, Cart().add(club.id, 1, 900), "eur").lines[0].trouble


def test_two_plans_begin_one_after_the_other(session):
    post_to(session, "DE")
    one, two = (a_product(session, title, plan=Terms("month")) for title in ("Tea club", "Coffee club"))
    cart = Cart().add(one.id, 1, 1250).add(two.id, 1, 1250)
    assert "only one can begin at a time" in price(session, cart, "eur").obstacle
    with pytest.raises(UnpayableError):
        placed(session, cart)


def test_what_is_paid_as_it_ships_cannot_stand_beside_a_plan(session):
    post_to(session, "DE")
    club, tea = a_product(session, "Tea club", plan=Terms("month")), a_product(session, "Tea")
    cart = Cart().add(club.id, 1, 1250).add(tea.id, 1, 1250)
    with pytest.raises(UnpayableError) as refusal:
        placed(session, cart, "on_shipping")
    assert refusal.value.priced.obstacle.startswith("Tea is paid when it is sent, a subscription at once.")
    assert placed(session, Cart().add(club.id, 1, 1250), "on_shipping").capture_policy == "automatic"


def test_twenty_things_beside_a_plan_are_too_many(session):
    post_to(session, "DE")
    club = a_product(session, "Tea club", plan=Terms("month"))
    cart = Cart().add(club.id, 1, 1250)
    for number in range(20):
        cart = cart.add(a_product(session, f"Thing {number}").id, 1, 1250)
    assert "at most 19 other things" in price(session, cart, "eur").obstacle
