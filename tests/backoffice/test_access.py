"""Who passes: every route of the door, found in the app itself, against everybody who might knock."""

import pytest

from storefront.web.guard import SAFE
from tests.backoffice.conftest import ORIGIN, PASSWORD, sign_in
from tests.cast import MIRA
from tests.client import Client

OPEN = {
    ("GET", "/backoffice/session"),
    ("POST", "/backoffice/session"),
    ("GET", "/backoffice/session/code"),
    ("POST", "/backoffice/session/code"),
    ("GET", "/backoffice/invitations/<token>"),
    ("POST", "/backoffice/invitations/<token>"),
}
HERE = {"Sec-Fetch-Site": "same-origin"}


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/backoffice"):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                path = rule.rule
                for name in rule.arguments:
                    path = path.replace(f"<int:{name}>", "1").replace(f"<{name}>", "K7Q2-M9XD")
                assert "<" not in path
                yield method, rule.rule, path


def test_every_route_refuses_strangers_but_those_to_sign_in(app):
    client = app.test_client(use_cookies=False)
    seen = set()
    for method, rule, path in routes(app):
        answer = client.open(path, method=method, headers=HERE)
        if (method, rule) in OPEN:
            seen.add((method, rule))
            continue
        assert answer.status_code == (303 if method in SAFE else 401), (method, rule)
        if method in SAFE:
            assert answer.headers["Location"].startswith("/backoffice/session")
        assert answer.headers["Cache-Control"] == "no-store"
    assert seen == OPEN


def test_no_form_counts_without_its_token(app, mira):
    for method, rule, path in routes(app):
        if method not in SAFE:
            answer = mira.raw.open(path, method=method, base_url=ORIGIN, headers=HERE, data={"password": PASSWORD})
            assert answer.status_code == 400, (method, rule)
            assert "open for too long" in answer.get_data(as_text=True)


def test_another_persons_token_does_not_count(app, mira, staff):
    staff("bo@shop.example", "Bo")
    bo = Client(app)
    sign_in(bo, "bo@shop.example")
    token = bo.get("/backoffice/staff").select_one("input[name=csrf_token]")["value"]
    answer = mira.raw.post("/backoffice/staff/sessions/end", base_url=ORIGIN, data={"csrf_token": token}, headers=HERE)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/backoffice",
        "/backoffice/orders",
        "/backoffice/events",
        "/backoffice/staff",
        "/backoffice/letters",
        "/backoffice/commands",
    ],
)
def test_mira_sees_every_page(mira, path):
    page = mira.get(path)
    assert "no-store" in page.headers["Cache-Control"]
    assert "Test mode" in page.words() or "Test shop" in page.words()


def test_what_is_not_there_is_404_also_for_staff(mira):
    for path in (
        "/backoffice/orders/ZZZZ-ZZZZ",
        "/backoffice/orders/x",
        "/backoffice/events/evt_nope",
        "/backoffice/nope",
    ):
        mira.get(path, 404)


def test_after_signing_in_one_is_where_one_wanted_to_be(client, staff):
    staff(MIRA, "Mira")
    page = client.follow(client.raw.get("/backoffice/orders?status=paid", base_url=ORIGIN))
    answer = client.submit(page, "Sign in", email=MIRA, password=PASSWORD)
    assert answer.headers["Location"] == "/backoffice/orders?status=paid"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "\\\\evil",
    ],
)
def test_nobody_is_led_away(client, staff, wanted):
    staff(MIRA, "Mira")
    page = client.get("/backoffice/session")
    answer = client.submit(page, "Sign in", email=MIRA, password=PASSWORD, next=wanted)
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"] or answer.headers["Location"].startswith("/%09")
