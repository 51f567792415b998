import pytest

EVIL = "http://evil.example"


@pytest.mark.parametrize("path", ["/", "/backoffice/session", "/cart", "/nope", "/healthz"])
def test_a_foreign_host_is_refused(plain, path):
    answer = plain.test_client().get(path, base_url=EVIL)
    assert answer.status_code == 400
    assert "evil" not in answer.get_data(as_text=True)


def test_forwarded_hosts_are_not_believed(plain):
    for header in ("X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Host"):
        answer = plain.test_client().get("/backoffice", headers={header: "evil.example"})
        assert "evil" not in answer.headers["Location"]


def test_further_hosts_can_be_named(open_app):
    assert open_app(TRUSTED_HOSTS="shop.local").test_client().get("/", base_url="http://shop.local").status_code == 200


def test_plain_http_is_sent_on_for_reading_and_refused_for_sending(open_app):
    client = open_app(SITE_URL="https://shop.example").test_client()
    read = client.get("/products?after=3", base_url="http://shop.example")
    assert (read.status_code, read.headers["Location"]) == (308, "https://shop.example/products?after=3")
    assert client.post("/cart/lines", base_url="http://shop.example").status_code == 403
    assert client.get("/healthz", base_url="http://shop.example").status_code == 200


def test_the_scheme_is_what_the_last_trusted_proxy_says(open_app):
    client = open_app(SITE_URL="https://shop.example", TRUSTED_PROXIES="1").test_client()

    def status(proto):
        return client.get("/", base_url="http://shop.example", headers={"X-Forwarded-Proto": proto}).status_code

    assert status("https") == 200
    assert status("https, http") == 308
    assert status("evil") == 308


def test_without_trusted_proxies_the_header_counts_for_nothing(open_app):
    client = open_app(SITE_URL="https://shop.example").test_client()
    answer = client.get("/", base_url="http://shop.example", headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 308
