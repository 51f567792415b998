"""Every address as everybody: one table says what each is answered, and an address without a row fails."""

from pathlib import Path

import pytest
from sqlalchemy import select

from storefront.buyers.dunning import PURPOSE as DUNNING
from storefront.buyers.token import token
from storefront.subscriptions.subscription import Subscription
from tests.web.roles import ROLES, Knocking

TABLE = Path(__file__).parent / "roles.tsv"
LAST = "/session/end"
"""Whoever signs out can try nothing more."""


@pytest.fixture
def database(sqlite):
    return sqlite


def rows():
    """By method and rule: what each role is answered."""
    lines = [line.split("\t") for line in TABLE.read_text().splitlines()[1:]]
    return {(method, rule): dict(zip(ROLES, answers, strict=True)) for method, rule, *answers in lines}


def routes(app):
    found = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    return sorted(found, key=lambda route: (route[1].endswith(LAST), route[1], route[0]))


def test_every_address_has_a_row_and_each_row_an_address(app):
    assert sorted(set(routes(app)) ^ set(rows())) == [], "write into roles.tsv what everybody is answered"


def test_every_address_answers_everybody_as_the_table_says_and_what_is_adas_is_bos_in_no_way(counter):
    knocking, expected = Knocking(counter), rows()
    _bo_gets_nothing_of_adas(counter, knocking)

    seen = {route: {role: knocking.knocks(role, *route) for role in ROLES} for route in routes(counter.app)}

    assert {route: answers for route, answers in seen.items() if answers != expected[route]} == {}


def _bo_gets_nothing_of_adas(counter, knocking):
    bo, ids = knocking.bo, knocking.ids
    form = {"csrf_token": bo.get("/account").select_one("input[name=csrf_token]")["value"]}
    number = ids["number"]

    for path in (
        f"/account/orders/{number}", f"/account/orders/{number.lower()}", f"/account/orders/{number}%20",
        f"/account/orders/{ids['reference']}", f"/orders/{number}", f"/orders/{ids['reference'][:-1]}",
        f"/orders/{ids['reference'].swapcase()}", f"/orders/{ids['reference']}%00", f"/orders/{ids['name']}",
        f"/downloads/{ids['download'].partition('.')[0]}", f"/downloads/{ids['download'][:-2]}00", "/downloads/1",
        f"/account/subscriptions/{ids['name']}", f"/pay/{number}",
    ):  # fmt: skip
        bo.get(path, 404)
    for deed in ("home", "card", "plan", "cancel", "pause"):
        bo.post("/account/portal", form | {"subscription": ids["name"], "deed": deed}, 404)
    bo.post("/account/portal", form | {"subscription": [ids["name"], "x"], "deed": "card"}, 404)
    bo.post(f"/orders/{number}/downloads", form, 404)
    bo.post(f"/orders/{number}/cancellation", form, 404)
    bo.post(f"/downloads/{ids['download'][:-2]}00", form, 404)
    for forged in (
        token("another key", DUNNING, f"{ids['name']}~card~9999999999"),
        f"{ids['name']}~card~9999999999.00",
    ):
        bo.get(f"/account/portal/{forged}", 410)
        bo.post(f"/account/portal/{forged}", form, 410)
        bo.post(f"/portal?visit={forged}", form, 410)
    assert ids["number"] not in bo.get("/account").text
    assert ids["name"] not in str(bo.get("/account/subscriptions"))
    assert b"ada@buyer.example" not in bo.raw.get("/account/data.zip", base_url=counter.url).data
    with counter.sessions() as session:
        customer = session.scalars(select(Subscription.customer)).one()
    answer = bo.post("/account/portal", form | {"customer": customer}, 409)
    assert "nothing to manage" in answer.text
