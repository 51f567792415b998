"""Against a real server on this machine.

It is no public address, so which addresses are allowed is said by each test.
"""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from storefront import clock
from storefront.catalog import pictures
from storefront.catalog.download import RefusedError, UnreachableError, download, public
from storefront.catalog.fetching import fetch_one
from storefront.catalog.image import ImageState, ProductImage
from storefront.catalog.product import Product, Variant
from tests.catalog.test_pictures import a_picture


class Handler(BaseHTTPRequestHandler):
    """`/picture`, `/huge`, `/to?ADDRESS` (redirect) and `/NUMBER` (status)."""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        self.server.asked.append(self.path)
        if path == "/to":
            self._answer(302, b"", Location=query)
        elif path == "/huge":
            self._answer(200, b"x" * (pictures.MOST_BYTES + 1))
        elif path.startswith("/picture"):
            self._answer(200, a_picture())
        elif path == "/text":
            self._answer(200, b"<html>")
        elif path == "/nonsense":
            self.wfile.write(b"this is not http\r\n\r\n")
        else:
            self._answer(int(path[1:]), b"")

    def _answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Silence."""


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def here(address, port):
    return address == "127.0.0.1"


def test_a_picture_comes(site):
    assert download(f"{site.url}/picture%20of tea?v=1&w=ü", 10_000, here) == a_picture()
    assert site.asked == ["/picture%20of%20tea?v=1&w=%C3%BC"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_not_allowed(address):
    assert not public(address, 80)


def test_public_addresses_are_allowed_at_the_ports_of_the_web():
    assert public("93.184.216.34", 443)
    assert public("2606:4700::6810:84e5", 80)
    assert not public("93.184.216.34", 22)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "ftp://x.example/a", "//x.example/a", "teapot-1.webp", "", "http://", "http://a b/",
        "http://[::1", "http://user:word@x.example/", "http://x.example:0/", "http://x.example:99999/", "gopher://x",
        "http://" + "a" * 300 + "/",
    ],
)  # fmt: skip
def test_only_plain_web_addresses_are_fetched(address):
    with pytest.raises((RefusedError, UnreachableError), match=r"\.$"):
        download(address, 1000, public)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0"])
def test_this_machine_is_never_asked_whatever_its_name(site, host):
    with pytest.raises((RefusedError, UnreachableError)):
        download(f"http://{host}:{site.server_port}/picture", 1000)
    assert site.asked == []


def test_a_redirect_is_checked_like_an_address(site):
    asked = []

    def only_at_first(address, port):
        asked.append(address)
        return len(asked) == 1

    with pytest.raises(RefusedError, match="not a public address"):
        download(f"{site.url}/to?http://localhost:{site.server_port}/picture", 1000, only_at_first)
    assert site.asked == [f"/to?http://localhost:{site.server_port}/picture"]
    with pytest.raises(RefusedError, match="Only plain"):
        download(f"{site.url}/to?file:///etc/passwd", 1000, here)


def test_redirects_are_followed_but_not_for_ever(site):
    assert download(f"{site.url}/to?/picture", 10_000, here) == a_picture()
    with pytest.raises(RefusedError, match="on and on"):
        download(f"{site.url}/to?/to?/to?/to?/to?/to?/picture", 10_000, here)
    assert site.asked[-1] == "/to?/to?/picture"


def test_too_much_is_not_read(site):
    with pytest.raises(RefusedError, match="larger than 8 MB"):
        download(f"{site.url}/huge", pictures.MOST_BYTES, here)


def a_waiting_picture(database, source):
    with database.session() as session:
        product = Product(handle="tea", title="Tea", variants=[Variant(price=1, currency="eur")])
        product.images = [ProductImage(source=source)]
        session.add(product)
        session.commit()
        return product.images[0].id


def the(database, image_id):
    session = database.session()
    image = session.get(ProductImage, image_id)
    session.close()
    return image


def test_the_duty_fetches_and_then_has_nothing_to_do(database, site):
    image_id = a_waiting_picture(database, f"{site.url}/picture")
    assert fetch_one(database.session, here)
    assert (the(database, image_id).state, the(database, image_id).next_try) == (ImageState.READY, None)
    assert not fetch_one(database.session, here)


@pytest.mark.parametrize(
    ("path", "told"),
    [("/404", "answered 404"), ("/text", "no JPEG"), ("/huge", "larger than"), ("/to?ftp://x", "Only plain")],
)
def test_what_will_never_come_is_given_up(sqlite, site, path, told):
    image_id = a_waiting_picture(sqlite, site.url + path)
    assert fetch_one(sqlite.session, here)
    image = the(sqlite, image_id)
    assert image.state == ImageState.FAILED
    assert told in image.last_error
    assert not fetch_one(sqlite.session, here)


def test_a_private_address_is_refused_by_the_duty_as_it_runs(sqlite, site):
    image_id = a_waiting_picture(sqlite, f"{site.url}/picture")
    assert fetch_one(sqlite.session)
    assert the(sqlite, image_id).state == ImageState.FAILED
    assert site.asked == []


@pytest.mark.parametrize("path", ["/500", "/429", "/503", "/nonsense"])
def test_trouble_is_tried_again_later(sqlite, site, tmp_path, path):
    image_id = a_waiting_picture(sqlite, site.url + path)
    assert fetch_one(sqlite.session, here)
    image = the(sqlite, image_id)
    assert (image.state, image.attempts) == (ImageState.WAITING, 0)
    assert image.next_try > clock.now()
    assert not fetch_one(sqlite.session, here), "not before its time"
    (tmp_path / "clock").write_text("73000")
    clock.follow(tmp_path / "clock")
    try:
        assert fetch_one(sqlite.session, here)
        (tmp_path / "clock").write_text(str(timedelta(hours=73).total_seconds()))
        assert fetch_one(sqlite.session, here)
    finally:
        clock.follow(None)
    assert the(sqlite, image_id).state == ImageState.FAILED


def test_a_server_that_is_not_there_is_tried_again(sqlite, site):
    site.shutdown()
    site.server_close()
    image_id = a_waiting_picture(sqlite, f"{site.url}/picture")
    assert fetch_one(sqlite.session, here)
    assert the(sqlite, image_id).state == ImageState.WAITING
