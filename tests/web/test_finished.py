"""The finished pages: what is kept, for whom, and that no change is ever missed."""

import os
import subprocess
import sys

import pytest

from storefront.catalog import version
from storefront.catalog.product import Product
from storefront.stock.hold import hold
from storefront.web.finished import Ahead, Finished, Shelf, _key
from tests.cast import a_product
from tests.fixtures.environment import ROOT

ELSEWHERE = """
import sys
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from storefront.catalog import version
from storefront.catalog.product import Variant
from storefront.db import prepare
engine = create_engine(sys.argv[1])
prepare(engine)
with Session(engine) as session:
    session.scalars(select(Variant)).one().price = int(sys.argv[2])
    version.move(session)
    session.commit()
"""


@pytest.fixture
def tea(session):
    variant_id = a_product(session, "Tea", price=1000, stock=2).id
    session.commit()
    return variant_id


@pytest.fixture
def made(app):
    """Paths that Flask was asked for, in order."""
    paths = []

    @app.before_request
    def note():
        from flask import request

        paths.append(request.full_path.removesuffix("?"))

    return paths


def test_a_page_is_made_once(client, tea, made):
    first = client.raw.get("/products/tea")
    assert client.raw.get("/products/tea").data == first.data
    assert client.raw.get("/products/tea?utm_source=letter").data == first.data
    assert client.raw.head("/products/tea").status_code == 200
    assert made == ["/products/tea"]


def test_a_price_changed_by_another_process_is_there_on_the_next_request(client, database, tea, made):
    for price, said in ((1100, "€11.00"), (1200, "€12.00"), (1300, "€13.00")):
        etag = client.raw.get("/products").headers["ETag"]
        subprocess.run(
            [sys.executable, "-c", ELSEWHERE, database.url, str(price)],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        answer = client.raw.get("/products", headers={"If-None-Match": etag})
        assert (answer.status_code, said in answer.text) == (200, True)
    assert made == ["/products"] * 4


def test_stock_is_noticed_only_when_its_word_changes(client, session, tea, made):
    client.get("/products/tea")
    hold(session, 1, {tea: 1})
    session.commit()
    assert "Last one" in client.get("/products/tea").words()
    hold(session, 1, {tea: 2})
    session.commit()
    assert "sold out" in client.get("/products/tea").words().lower()
    assert made == ["/products/tea"] * 3


def test_commits_that_change_nothing_of_the_catalogue_cost_no_page(client, session, tea, made):
    client.raw.get("/products")
    session.get(Product, 1).seo_title = "not told to the version"
    session.commit()
    client.raw.get("/products")
    assert made == ["/products"]


def test_a_page_made_while_the_catalogue_moved_is_not_kept_as_new(app, client, session, tea):
    """The version is read before the page is made: what was made of older rows never goes under a newer number."""
    moved = []

    @app.after_request
    def change_meanwhile(response):
        if not moved:
            moved.append(True)
            session.get(Product, 1).title = "Renamed"
            version.move(session)
            session.commit()
        return response

    assert "Renamed" not in client.get("/products/tea").words("h1")
    assert "Renamed" in client.get("/products/tea").words("h1")


def test_what_is_no_success_is_not_kept(client, session, tea, made):
    client.get("/products/pot", 404)
    session.add(a_product(session, "Pot").product)
    session.commit()
    client.get("/products/pot")
    client.get("/products/none", 404)
    client.get("/products/none", 404)
    assert made.count("/products/none") == 2


def test_an_answer_with_a_cookie_is_never_kept(app, client, tea, made):
    @app.after_request
    def slip(response):
        response.set_cookie("slipped", "in")
        return response

    client.raw.get("/products")
    assert "ETag" not in client.raw.get("/products").headers
    assert made == ["/products"] * 2


def test_a_foreign_host_is_refused_although_the_page_is_kept(client, tea):
    assert client.raw.get("/products").status_code == 200
    assert client.raw.get("/products", headers={"Host": "evil.example"}).status_code == 400
    assert client.raw.get("/products", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_other_methods_and_pages_go_to_flask(client, tea, made):
    client.raw.post("/products", headers={"Sec-Fetch-Site": "same-origin"})
    client.raw.get("/cart")
    client.raw.get("/cart")
    assert len(made) == 3


@pytest.mark.parametrize("query", ["%71=tea", "q%00=tea", "a b=1", "q\xe9=1", "é", "q=" + "x" * 700])
def test_what_flask_might_read_otherwise_is_not_kept(query):
    assert _key({"QUERY_STRING": query, "wsgi.url_scheme": "http"}, "/search") is None


def test_only_parameters_that_pages_read_make_a_difference():
    def key(query):
        return _key({"QUERY_STRING": query, "wsgi.url_scheme": "http", "HTTP_HOST": "shop"}, "/search")

    assert key("q=tea") == key("utm_source=a&q=tea&fbclid=b") == key("q=tea&q=pot") != key("q=pot")
    assert key("after=1&q=2") == key("q=2&after=1")


def a_page(body):
    return Finished(1, "etag", [], [], body)


def test_the_shelf_is_bounded_by_count_and_by_bytes():
    shelf = Shelf(most_pages=3, most_bytes=1000)
    for number in range(5):
        shelf.put(f"k{number}", a_page(b"x" * 10))
        shelf.get("k2")
    assert (len(shelf), shelf.get("k0"), shelf.get("k2") is not None) == (3, None, True)
    shelf.put("big", a_page(b"x" * 500))
    assert shelf.get("big") is None
    for number in range(20):
        shelf.put(f"m{number}", a_page(b"x" * 100))
        shelf.put(f"m{number}", a_page(b"x" * 90))
    assert len(shelf) == 3


def test_flask_answers_where_the_version_cannot_be_read(app, client, tea, made):
    def inner(environ, start_response):
        start_response("200 OK", [])
        return [b"from Flask"]

    ahead = Ahead(inner, lambda: None, Shelf())
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/products", "wsgi.url_scheme": "http"}
    for _ in range(2):
        assert ahead(environ, lambda *_: None) == [b"from Flask"]
    assert len(ahead.shelf) == 0
