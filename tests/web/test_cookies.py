import pytest
from flask import Response, request
from itsdangerous import URLSafeSerializer

from storefront.web import cookies


def written(app, payload="the cart"):
    with app.test_request_context():
        response = Response()
        cookies.write(response, "cart", payload, 3600)
        return response.headers["Set-Cookie"]


def read_back(app, cookie):
    with app.test_request_context(headers={"Cookie": cookie}):
        return cookies.read(request, "cart")


def test_what_was_written_is_read(plain):
    assert read_back(plain, written(plain).partition(";")[0]) == "the cart"


def test_over_https_it_is_bound_to_this_host(open_app):
    header = written(open_app(SITE_URL="https://shop.example"))
    assert header.startswith("__Host-cart=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3600"):
        assert part in header
    assert "Domain" not in header


@pytest.mark.parametrize("cookie", ["cart=", "cart=rubbish", "cart=\xff.\xfe", "other=x", "cart=eyJhIjoxfQ.AAAA"])
def test_what_we_did_not_write_counts_for_nothing(plain, cookie):
    assert read_back(plain, cookie) is None


def test_another_name_or_key_signs_nothing_for_this_one(plain, open_app):
    other = written(open_app(SECRET_KEY="another-key-of-another-shop-with-32-signs"))
    assert read_back(plain, other.partition(";")[0]) is None
    key = plain.extensions["settings"].secret_key
    assert read_back(plain, f"cart={URLSafeSerializer(key, salt='cookie:other').dumps('x')}") is None
