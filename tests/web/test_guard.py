"""Every unsafe route, found in the app itself, against every way in which a browser says where a request comes from."""

import re

import pytest

from storefront.web.guard import EXEMPT, SAFE

OWN = "http://127.0.0.1:8000"
HEADERS = {
    "from here": ({"Sec-Fetch-Site": "same-origin", "Origin": OWN}, True),
    "typed or bookmarked": ({"Sec-Fetch-Site": "none"}, True),
    "from another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
    "from a subdomain": ({"Sec-Fetch-Site": "same-site", "Origin": "http://x.127.0.0.1"}, False),
    "with a word that no browser sends": ({"Sec-Fetch-Site": "same-origin, cross-site"}, False),
    "another site that forges our Origin but not the browser": ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, False),
    "an old browser from here": ({"Origin": OWN}, True),
    "an old browser from elsewhere": ({"Origin": "https://evil.example"}, False),
    "an old browser, hidden": ({"Origin": "null"}, False),
    "a page without referrer, from here": ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    "a program without cookies": ({}, True),
    "no headers but a cookie": ({"Cookie": "cart=1"}, False),
    "our origin on another port": ({"Origin": "http://127.0.0.1:9"}, False),
}


def unsafe_routes(app):
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(\w+:)?\w+>", "1", rule.rule)
        yield from ((method, path) for method in sorted(rule.methods - SAFE))


@pytest.mark.parametrize("case", HEADERS)
def test_every_unsafe_route_is_guarded(plain, case):
    headers, allowed = HEADERS[case]
    client = plain.test_client(use_cookies=False)
    routes = list(unsafe_routes(plain))
    assert len(routes) > 15
    wrong = []
    for method, path in routes:
        answer = client.open(path, method=method, base_url=OWN, headers=headers)
        refused = b"That did not come from this shop" in answer.data
        if refused == (allowed or path in EXEMPT):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_reading_is_never_guarded(plain):
    answer = plain.test_client().get(
        "/", base_url=OWN, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    )
    assert answer.status_code == 200


def test_only_programs_are_exempt():
    assert {"/webhooks/stripe", "/csp-reports"} == EXEMPT
