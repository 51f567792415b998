"""The database is gone: people get a page, probes get the truth, and nothing hangs."""

import pytest
from sqlalchemy import text

from storefront.roots.app import create_app
from storefront.settings import Settings
from storefront.web.database import database
from tests.fixtures.environment import shop_environment
from tests.pages import check


@pytest.fixture
def cut_off(tmp_path):
    nobody = "postgresql+psycopg://shop@127.0.0.1:1/shop?connect_timeout=2"
    return create_app(Settings.from_env(shop_environment(DATABASE_URL=nobody, STORE_DIR=str(tmp_path)))).test_client()


@pytest.mark.parametrize("path", ["/", "/products", "/orders/abc", "/cart"])
def test_a_visitor_is_told_to_come_back(cut_off, path):
    answer = cut_off.get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    page = check(answer.get_data(as_text=True), path, dict(answer.headers))
    assert page.words("h1") == "The shop is resting for a moment"
    assert "psycopg" not in page.words()


def test_probes_tell_alive_from_ready(cut_off):
    assert cut_off.get("/healthz").status_code == 200
    assert cut_off.get("/readyz").status_code == 503


def test_what_is_not_there_is_still_not_there(cut_off):
    answer = cut_off.get("/nope")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.get_data(as_text=True)


def test_after_a_failed_statement_the_error_page_is_whole(app):
    def fail() -> str:
        database.session.execute(text("SELECT 1 / nothing FROM orders"))
        return ""

    app.add_url_rule("/fail", "fail", fail)
    answer = app.test_client().get("/fail")
    page = check(answer.get_data(as_text=True), "/fail", dict(answer.headers))
    assert answer.status_code in (500, 503)
    assert page.select_one("link[rel=stylesheet]"), "the shop's own layout"
