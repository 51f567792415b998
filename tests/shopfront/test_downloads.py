"""Files that are sold: from Soon to the buyer's disk, counted, written down, ended, asked for again, given back."""

import re
from collections import Counter as Count
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from storefront.catalog.file import attach
from storefront.catalog.product import Kind, Variant
from storefront.orders.download import Download, DownloadLink
from tests.cashier.mira import mira_at
from tests.cashier.returns import line_fields, refund
from tests.cast import BO
from tests.client import Client
from tests.fixtures.running import until
from tests.shopfront.signing_in import sign_in

BOOK = b"%PDF-1.4 nine loaves"


@pytest.fixture
def booklet(counter):
    """A booklet that is on sale: its variant's id."""
    variant = counter.sells("Booklet", kind=Kind.DIGITAL, stock=None)
    assert "Soon" in counter.client.get("/products/booklet").text
    counter.client.post("/cart/lines", {"variant": variant}, status=409)
    with counter.sessions.begin() as session:
        attach(session, session.get_one(Variant, variant), "../sunday bread.pdf", BOOK)
    page = counter.client.get("/products/booklet").text
    assert "Soon" not in page
    assert "A file to download" in page
    return variant


def tokens(text):
    return [token for token, _ in Count(re.findall(r"/downloads/([\w.-]+)", text)).items()]


def test_a_file_is_paid_then_taken_counted_and_written_down(counter, booklet):
    mira = mira_at(counter)
    counter.client.post("/cart/lines", {"variant": booklet})
    assert "Delivery" not in counter.client.get("/cart").words("main")
    reference = counter.checks_out()
    page_before = counter.reads(reference)
    assert "Your downloads" not in page_before
    counter.pays(counter.page_of(reference))
    counter.work()

    order = counter.client.get(f"/orders/{reference}")
    [token] = tokens(str(order))
    assert "sunday bread.pdf" in order.words(".downloads")
    [letter] = counter.letters("your download")
    assert tokens(letter["text"]) == [token]

    for _ in range(7):
        assert "5 more times" in counter.client.get(f"/downloads/{token}").text, "a mail program that looks uses it up"
    answer = counter.client.post(f"/downloads/{token}", status=200, headers={"User-Agent": "Reader/1.0"})
    assert answer.data == BOOK
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sunday bread.pdf"'
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    with counter.sessions() as session:
        [taken] = session.query(Download).all()
    assert (taken.ip, taken.user_agent, taken.file_name) == ("127.0.0.1", "Reader/1.0", "sunday bread.pdf")
    seen = mira.get(f"/backoffice/orders/{counter.order(reference).number}").text
    assert "taken 1 of 5 times" in seen
    assert "Reader/1.0" in seen

    for _ in range(4):
        counter.client.post(f"/downloads/{token}", status=200)
    assert "as often as it works" in counter.client.post(f"/downloads/{token}", status=410).text
    with counter.sessions() as session:
        assert session.query(Download).count() == 5

    counter.client.submit(counter.client.get(f"/orders/{reference}"), "Send me new links")
    counter.work()
    [fresh] = tokens(str(counter.client.get(f"/orders/{reference}")))
    assert fresh != token
    assert len(counter.letters("your download")) == 2
    counter.client.post(f"/downloads/{token}", status=410)
    counter.client.post(f"/downloads/{fresh}", status=200)

    counter.sandbox.advance(31 * 86400)
    assert "This link has ended" in counter.client.get(f"/downloads/{fresh}", status=410).text
    assert tokens(str(counter.client.get(f"/orders/{reference}"))) == []
    counter.work()


def test_what_is_refunded_can_no_longer_be_downloaded(counter, booklet):
    mira = mira_at(counter)
    reference = counter.buys(booklet)
    [token] = tokens(str(counter.client.get(f"/orders/{reference}")))
    refund(counter, mira, reference, **line_fields(counter, reference, 1))
    counter.work()
    counter.client.post(f"/downloads/{token}", status=410)
    page = counter.reads(reference)
    assert "can no longer be downloaded" in page
    assert "Send me new links" not in page
    number = counter.order(reference).number
    mira.submit(mira.get(f"/backoffice/orders/{number}"), "Mail new links to the buyer", 409)


def test_a_download_never_waits_for_a_parcel_and_nobody_makes_links_up(open_counter):
    counter = open_counter(CAPTURE_POLICY="on_shipping")
    variant = counter.sells("Booklet", kind=Kind.DIGITAL, stock=None)
    with counter.sessions.begin() as session:
        book = session.get_one(Variant, variant)
        book.requires_shipping = True  # as a file may say
        attach(session, book, "bread.pdf", BOOK)
    reference = counter.buys(variant)
    order = counter.order(reference)
    assert (order.state, order.capture_policy, order.to_ship) == ("completed", "on_stock_check", 0)
    [token] = tokens(str(counter.client.get(f"/orders/{reference}")))
    for wrong in ("1", token[:-1], f"2{token[1:]}"):
        counter.client.get(f"/downloads/{wrong}", status=404)
        counter.client.post(f"/downloads/{wrong}", status=404)
    for _ in range(5):
        counter.client.post(f"/orders/{reference}/downloads")
    counter.client.post(f"/orders/{reference}/downloads", status=409)


def waiting(database):
    """How many stand before a lock on links. Of each look a connection of its own: a transaction sees only one state."""
    them = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%download_links%'"
    with database.engine.connect() as connection:
        return connection.execute(text(them)).scalar_one()


def test_the_last_time_is_had_by_one_of_two_who_come_at_the_same_moment(open_counter_on, postgres):
    """Both have read that once is left, and wait for the row that the test holds. On SQLite one waits before it reads."""
    counter = open_counter_on(postgres)
    variant = counter.sells("Booklet", kind=Kind.DIGITAL, stock=None)
    with counter.sessions.begin() as session:
        attach(session, session.get_one(Variant, variant), "bread.pdf", BOOK)
    [token] = tokens(str(counter.client.get(f"/orders/{counter.buys(variant)}")))
    for _ in range(4):
        counter.client.post(f"/downloads/{token}", status=200)

    def comes():
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": counter.url}
        return Client(counter.app).raw.post(f"/downloads/{token}", base_url=counter.url, headers=headers).status_code

    with ThreadPoolExecutor(2) as pool, postgres.session() as session:
        session.execute(select(DownloadLink.id).with_for_update())
        both = [pool.submit(comes) for _ in range(2)]
        until(lambda: waiting(postgres) == 2, "both wait for the row", 60)
        session.rollback()
        answers = sorted(one.result() for one in both)

    assert answers == [200, 410]


def test_the_account_has_the_files_of_every_order(counter, booklet):
    first, second = counter.buys(booklet), counter.buys(booklet)
    other = counter.checks_out(booklet, client=Client(counter.app))
    counter.pays(counter.page_of(other), email=BO)
    counter.work()
    ada = sign_in(counter)

    page = ada.get("/account")
    assert "sunday bread.pdf" in page.words(".downloads")
    named = [link.get_text() for link in page.select(".downloads a")]
    assert named == [counter.order(reference).number for reference in (second, first)]
    assert len(page.select(".downloads form")) == 2
    for _ in range(5):
        assert ada.submit(page, "Download Booklet", status=200).data == BOOK
    page = ada.get("/account")
    assert "as often as it works" in page.words(".downloads")
    assert len(page.select(".downloads form")) == 1
    assert ada.get(page.select(".downloads a")[0]["href"].partition("#")[0]).select_one("#downloads")
