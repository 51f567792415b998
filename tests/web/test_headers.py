"""The table of headers, on answers of every kind, errors first."""

import pytest

from storefront.web.headers import POLICIES, policy_of

HERE = {"Sec-Fetch-Site": "same-origin"}
ANSWERS = {
    "page": ("GET", "/", {}, 200),
    "products": ("GET", "/products", {}, 200),
    "sign-in": ("GET", "/backoffice/session", {}, 200),
    "redirect": ("GET", "/backoffice", {}, 303),
    "probe": ("GET", "/healthz", {}, 200),
    "not found": ("GET", "/nope", {}, 404),
    "strange path": ("GET", "/%2e%2e/%0a", {}, 404),
    "wrong method": ("POST", "/", {"headers": HERE}, 405),
    "foreign site": ("POST", "/cart/lines", {"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    "too large": ("POST", "/backoffice/session", {"headers": HERE, "data": {"email": "x" * 300_000}}, 413),
    "too many fields": (
        "POST",
        "/backoffice/session",
        {"headers": HERE, "data": {f"f{i}": "x" for i in range(50_000)}},
        413,
    ),
    "stale form": ("POST", "/backoffice/session", {"headers": HERE, "data": {"email": "x"}}, 400),
    "options": ("OPTIONS", "/", {}, 200),
    "head": ("HEAD", "/", {}, 200),
    "trace": ("TRACE", "/", {}, 405),
    "crash": ("GET", "/crash", {}, 500),
    "static that is not there": ("GET", "/static/nope.css", {}, 404),
}


@pytest.fixture
def broken(plain):
    def crash() -> str:
        raise RuntimeError("a secret reason")

    plain.add_url_rule("/crash", "crash", crash)
    return plain


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_carries_the_headers(broken, kind):
    method, path, more, status = ANSWERS[kind]
    answer = broken.test_client().open(path, method=method, **more)
    assert answer.status_code == status
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "base-uri 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
    assert headers["Cache-Control"]
    assert "Strict-Transport-Security" not in headers
    if status >= 400 or "Set-Cookie" in headers:
        assert headers["Cache-Control"] == "no-store"
    if answer.mimetype == "text/html":
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "secret reason" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["too large", "stale form", "not found", "crash"])
def test_an_error_page_says_what_to_do(broken, kind):
    method, path, more, _status = ANSWERS[kind]
    page = broken.test_client().open(path, method=method, **more).get_data(as_text=True)
    assert "<h1>" in page
    assert "<a" in page
    assert "Traceback" not in page


def test_catalogue_pages_know_no_cookie(plain):
    for path in ("/", "/products", "/search?q=tea"):
        answer = plain.test_client().get(path, headers={"Cookie": "staff=x; cart=y"})
        assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_forms_may_lead_to_the_payment_page(open_app):
    app = open_app(PAYMENT_PAGE_ORIGINS="https://checkout.stripe.com https://pay.shop.example")
    policy = app.test_client().get("/cart").headers["Content-Security-Policy"]
    assert "form-action 'self' https://checkout.stripe.com https://pay.shop.example;" in policy


def test_secret_links_are_not_told_to_other_sites(plain):
    assert plain.test_client().get("/orders/abc").headers["Referrer-Policy"] == "same-origin"


def test_over_https_browsers_are_told_to_stay_there(open_app):
    answer = open_app(SITE_URL="https://shop.example").test_client().get("/", base_url="https://shop.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_the_table_ends_with_a_policy_for_everything():
    assert policy_of("/any\nthing") is POLICIES[-1]
    assert POLICIES[-1].cache == "no-store"


@pytest.mark.parametrize("path", ["/products/x.css", "/pages/terms", "/collections/a"])
def test_no_page_passes_for_a_lasting_file(path):
    assert "immutable" not in policy_of(path).cache
