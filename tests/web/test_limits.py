"""Limits count in the database: over processes, restarts and the shop's own clock, on both engines."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
from flask import Flask
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from storefront.web.limits import TableStorage, limited
from tests.fixtures.environment import shop_environment
from tests.fixtures.running import Running, free_port


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


@pytest.fixture
def two_processes(database, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = shop_environment(DATABASE_URL=database.url, STORE_DIR=str(tmp_path), SITE_URL=url)
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    web = Running("web", [*command, "--no-control-socket"], environment, tmp_path)
    web.wait_until_it_answers(f"{url}/healthz")
    yield url
    web.stop()


def test_two_processes_share_one_count(two_processes):
    def report(_):
        return requests.post(f"{two_processes}/csp-reports", json={"csp-report": {}}, timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(report, range(90)))
    assert statuses.count(204) == 60
    assert statuses.count(429) == 30
