import re

import pytest

from storefront.web.static import Folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("a { color: red }\n" * 50)
    (tmp_path / "b.woff2").write_bytes(b"\x00\x01")
    return tmp_path


def test_the_address_changes_with_any_file(folder):
    before = Folder(folder)
    (folder / "b.woff2").write_bytes(b"\x00\x02")
    assert Folder(folder).address("css/a.css") != before.address("css/a.css")
    assert Folder(folder).address("css/a.css") == Folder(folder).address("css/a.css")


def test_a_missing_file_is_noticed_when_the_page_is_written(folder):
    with pytest.raises(LookupError):
        Folder(folder).address("css/nope.css")


def some_sheet(app):
    return app.jinja_env.globals["asset"]("css/shop.css")


def test_a_hashed_file_is_kept_for_ever_and_packed(plain):
    client = plain.test_client()
    packed = client.get(some_sheet(plain), headers={"Accept-Encoding": "gzip, br"})
    bare = client.get(some_sheet(plain))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Cache-Control"] == bare.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["ETag"] != bare.headers["ETag"]
    assert packed.content_type == "text/css; charset=utf-8"
    again = client.get(some_sheet(plain), headers={"If-None-Match": bare.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_old_or_bare_address_leads_to_the_present_one(plain):
    present = some_sheet(plain)
    old = re.sub(r"/static/\w+/", "/static/0123456789ab/", present)
    for address in (old, "/static/css/shop.css"):
        answer = plain.test_client().get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, present)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["../storefront/settings.py", "..%2f.env", "%2e%2e/wsgi.py", "css/../../wsgi.py", "css", ".gitignore"]
)
def test_nothing_outside_the_folder_is_served(plain, path):
    assert plain.test_client().get(f"/static/{path}").status_code == 404
