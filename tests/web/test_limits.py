"""Limits count in the database: over processes, restarts and the shop's own clock, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from flask import Flask
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from storefront.web.limits import TableStorage, limited


@pytest.fixture
def counter(database):
    return FixedWindowRateLimiter(TableStorage(lambda: database.engine))


def test_so_many_and_not_one_more(counter):
    rate = parse("3/minute")
    assert [counter.hit(rate, "ada") for _ in range(5)] == [True, True, True, False, False]
    assert counter.hit(rate, "bo")


def test_a_crowd_at_once_gets_exactly_so_many(counter):
    rate = parse("10/minute")
    with ThreadPoolExecutor(8) as pool:
        hits = list(pool.map(lambda _: counter.hit(rate, "all"), range(40)))
    assert hits.count(True) == 10


def test_the_window_ends_by_the_shops_clock(app, client, tmp_path):
    rate = parse("1/minute")
    with app.app_context():
        counter = FixedWindowRateLimiter(TableStorage(lambda: app.extensions["sqlalchemy"].engine))
        assert [counter.hit(rate, "ada"), counter.hit(rate, "ada")] == [True, False]
        (tmp_path / "clock").write_text(str(timedelta(seconds=61).total_seconds()))
        assert counter.hit(rate, "ada")
        assert counter.get_window_stats(rate, "ada").remaining == 0


def view(app: Flask):
    @limited("2/minute")
    def once() -> str:
        return "in"

    app.add_url_rule("/limited", "limited", once)
    return app.test_client()


def test_too_many_are_told_when_to_come_back(app):
    visitor = view(app)
    statuses = [visitor.get("/limited").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    answer = visitor.get("/limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Wait a moment" in answer.get_data(as_text=True)


def test_each_address_counts_for_itself_and_ipv6_by_its_network(app):
    visitor = view(app)

    def status(address):
        return visitor.get("/limited", environ_overrides={"REMOTE_ADDR": address}).status_code

    assert [status("10.0.0.1"), status("10.0.0.1"), status("10.0.0.1"), status("10.0.0.2")] == [200, 200, 429, 200]
    assert [status(f"2001:db8:1:2::{i:x}") for i in range(1, 4)] == [200, 200, 429]
    assert status("2001:db8:1:3::1") == 200


def test_two_processes_share_one_count(open_shop, database):
    shop = open_shop(database, webs=2, workers=0)
    report = {"csp-report": {"blocked-uri": "https://evil.example"}}
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: requests.post(f"{shop.url}/csp-reports", json=report, timeout=20).status_code, range(90)))
    assert statuses.count(204) == 60
    assert statuses.count(429) == 30
