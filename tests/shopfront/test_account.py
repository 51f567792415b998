"""The account by a link in a letter: who gets in, who does not, and what nobody can tell."""

import hmac
import re
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, update

from storefront import clock
from storefront.buyers.buyer import Buyer
from storefront.buyers.sign_in_link import SignInLink
from storefront.buyers.signed_in import BuyerSession
from tests.cast import ADA, BO
from tests.client import Client
from tests.shopfront.signing_in import ask, link_in, sign_in

GONE = "This link does not work any more"


@pytest.fixture
def database(sqlite):
    """What the two databases could tell apart is in tests/buyers."""
    return sqlite


@pytest.fixture
def ada(counter):
    """Ada's browser, after she bought one tea and signed in. Her order's reference is `ada.reference`."""
    reference = counter.buys(counter.sells())
    browser = sign_in(counter)
    browser.reference = reference
    return browser


def test_ada_sees_her_order_and_its_receipt(counter, ada):
    order = counter.order(ada.reference)
    page = ada.get("/account")
    assert ADA in page.words("main")
    assert "Paid. Thank you!" in page.words("main")
    assert page.select_one(f"a[href='/orders/{order.reference}']")
    assert page.headers["Cache-Control"] == "no-store"
    receipt = ada.get(f"/account/orders/{order.number}").words("main")
    for text in ("Tea", "Ada Field", "Gartenweg 4", "10115 Berlin", "Germany", "€17.40", "Visa **** 4242"):
        assert text in receipt, text
    with counter.sessions() as session:
        buyer = session.scalars(select(Buyer)).one()
        assert buyer.email == ADA
        assert buyer.verified_at is not None


def test_an_order_that_waits_for_its_first_parcel_is_in_the_account(open_counter):
    shop = open_counter(CAPTURE_POLICY="on_shipping")
    reference = shop.checks_out(shop.sells())
    shop.pays(shop.page_of(reference))
    shop.work()
    browser = sign_in(shop)
    row = browser.get("/account").words("main table")
    assert shop.order(reference).number in row
    assert "your order is in" in row
    assert "none yet" in row, "a receipt of what is not paid"


def test_the_cookie_is_kept_from_scripts_and_names_a_row_by_its_hash_only(counter):
    counter.buys(counter.sells())
    link = link_in(counter)
    answer = Client(counter.app).post(link)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert answer.headers["Location"] == "/account"
    with counter.sessions() as session:
        kept = session.scalars(select(BuyerSession.token_hash)).one()
    assert kept not in cookie


def test_over_https_the_cookie_belongs_to_this_host_alone(open_counter):
    shop = open_counter(SITE_URL="https://shop.example")
    with shop.sessions.begin() as session:
        session.add(Buyer(email=ADA))
    ask(shop, Client(shop.app), ADA)
    shop.work(deliver=False)
    cookie = Client(shop.app).post(link_of(shop), environ_base={"wsgi.url_scheme": "https"}).headers["Set-Cookie"]
    assert cookie.startswith("__Host-account=")
    assert "Secure" in cookie


def link_of(shop):
    mail = shop.letters("link to sign in")[-1]
    return re.search(r"https://shop\.example(/account/links/\S+)", mail["text"])[1]


def test_looking_at_a_link_burns_nothing(counter):
    counter.buys(counter.sells())
    link = link_in(counter)
    scanner = Client(counter.app)
    for _ in range(5):
        assert "Set-Cookie" not in scanner.get(link).headers
        assert counter.app.test_client().head(link, base_url=counter.url).status_code == 200
    browser = Client(counter.app)
    browser.submit(browser.get(link), "Sign in")
    assert "Your orders" in browser.get("/account").words("main")
    assert "Your orders" not in scanner.get("/account").words("main")


def gone(counter, link, browser=None):
    """What a link that opens nothing answers: always the same page, without a session."""
    browser = browser or Client(counter.app)
    assert browser.get(link).words("h1") == "One more step"
    answer = browser.post(link, status=410)
    assert "Set-Cookie" not in answer.headers
    text = answer.get_data(as_text=True)
    assert GONE in text
    assert "Send me a link" in browser.get("/account").words("main")
    return text


def test_used_ended_forged_and_unanswered_links_are_one_and_the_same(counter):
    counter.buys(counter.sells())
    used = link_in(counter)
    Client(counter.app).post(used)
    texts = [gone(counter, used)]
    late = link_in(counter)
    counter.sandbox.advance(601)
    texts.append(gone(counter, late))
    fresh = link_in(counter)
    texts += [gone(counter, link) for link in forged_from(fresh)]
    ask(counter, Client(counter.app), BO)
    with counter.sessions() as session:
        unknown = session.scalars(select(SignInLink).where(SignInLink.email == BO)).one().name
    texts.append(gone(counter, f"/account/links/{unknown}.{'0' * 64}"))
    assert len(set(texts)) == 1
    assert ADA not in texts[0]
    Client(counter.app).post(fresh)


def forged_from(link):
    head, _, marked = link.rpartition(".")
    other = "0" if marked[-1] != "0" else "1"
    wrong_key = hmac.new(b"k" * 32, head.rpartition("/")[2].encode(), "sha256").hexdigest()
    return [
        f"{head}.{marked[:-1]}{other}",
        f"{head}.{wrong_key}",
        head,
        f"{head}.",
        "/account/links/.",
        f"{head[:-1]}.{marked}",
    ]


def test_the_link_lasts_ten_minutes_to_the_second(counter):
    counter.buys(counter.sells())
    link = link_in(counter)
    with counter.sessions() as session:
        row = session.scalars(select(SignInLink).order_by(SignInLink.id.desc())).first()
        assert (row.ends_at - row.created_at).total_seconds() == pytest.approx(600, abs=0.1)
        left = (row.ends_at - clock.now()).total_seconds()
    counter.sandbox.advance(left - 5)
    Client(counter.app).post(link)


def test_one_link_used_ends_the_others_of_its_address(counter):
    counter.buys(counter.sells())
    first, second = link_in(counter), link_in(counter)
    Client(counter.app).post(second)
    gone(counter, first)


@contextmanager
def statements(counter):
    """What the shop asks of the database meanwhile."""
    with counter.app.app_context():
        engine = counter.app.extensions["sqlalchemy"].engine
    said = []

    def note(_connection, _cursor, statement, *_):
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_known_and_unknown_addresses_are_answered_alike_and_cost_the_same_work(counter):
    counter.buys(counter.sells())
    answers, work = {}, {}
    for who in (ADA, BO):
        browser = Client(counter.app, address=f"10.0.0.{len(answers) + 1}")
        with statements(counter) as work[who]:
            answer = browser.post("/account/links", {"email": who})
        answers[who] = (answer.status_code, answer.headers["Location"], answer.get_data(), browser.follow(answer).text)
        assert "Set-Cookie" not in answer.headers
    assert answers[ADA] == answers[BO]
    assert work[ADA] == work[BO] != [], "the answer's time tells who has bought"
    counter.work()
    assert [letter for letter in counter.letters() if BO in letter["to"]] == []
    assert len(counter.letters("link to sign in")) == 1
    with counter.sessions() as session:
        assert session.scalars(select(SignInLink.email)).all() == [ADA], "an address that nobody bought with is kept"


def test_an_address_is_written_to_three_times_an_hour_and_an_ip_asks_ten_times(counter):
    counter.buys(counter.sells())
    for who in (ADA, BO):
        answers = [ask(counter, Client(counter.app, address=f"10.2.{i}.{len(who)}"), who) for i in range(5)]
        assert answers == [303, 303, 303, 429, 429]
    counter.work()
    assert len(counter.letters("link to sign in")) == 3
    crowd = Client(counter.app, address="10.3.0.1")
    assert [ask(counter, crowd, f"somebody{i}@else.example") for i in range(12)] == [303] * 10 + [429] * 2
    counter.sandbox.advance(3601)
    assert ask(counter, crowd, ADA) == 303


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@", "@buyer.example", "a b@c.example", "a@b.example,c@d.example", "a" * 300 + "@b.example"]
)
def test_what_is_no_address_is_said_to_be_none(client, text):
    answer = client.post("/account/links", {"email": text}, status=400)
    assert "not an e-mail address" in answer.get_data(as_text=True)


def test_signing_out_here_and_everywhere(counter, ada):
    second = sign_in(counter)
    third = sign_in(counter)
    assert third.get("/account").words("main").count("Another device") == 2
    old = ada.raw.get_cookie("account", domain="127.0.0.1").value
    ada.submit(ada.get("/account"), "Sign out")
    ada.raw.set_cookie("account", old, domain="127.0.0.1")
    assert "Send me a link" in ada.get("/account").words("main"), "the old cookie still opens the account"
    answer = second.submit(second.get("/account"), "Sign out everywhere")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    for browser in (second, third):
        assert "Send me a link" in browser.get("/account").words("main")


def test_a_session_ends_when_idle_and_in_the_end(counter, ada):
    for _ in range(5):
        counter.sandbox.advance(6 * 86400)
        if _ < 4:
            assert "Your orders" in ada.get("/account").words("main")
    assert "Send me a link" in ada.get("/account").words("main"), "a session outlives thirty days"
    idle = sign_in(counter)
    counter.sandbox.advance(7 * 86400 + 1)
    assert "Send me a link" in idle.get("/account").words("main")


def test_a_form_of_another_session_does_not_count(counter, ada):
    second = sign_in(counter)
    theirs = second.get("/account").select_one("input[name=csrf_token]")["value"]
    for token in ("", theirs, "x"):
        ada.post("/account/session/end", {"csrf_token": token}, status=400)
    assert "Your orders" in ada.get("/account").words("main")


def test_the_catalogue_is_the_same_for_who_is_signed_in(counter, ada):
    for path in ("/", "/products", "/products/tea", "/search?q=tea"):
        mine, anybodys = (
            ada.raw.get(path, base_url=counter.url),
            counter.app.test_client().get(path, base_url=counter.url),
        )
        assert mine.data == anybodys.data
        assert "Cookie" not in mine.headers.get("Vary", "")
        assert "Set-Cookie" not in mine.headers


def test_no_token_gets_into_a_log_or_the_database(counter, caplog):
    import logging

    from storefront.web.logs import masked

    counter.buys(counter.sells())
    link = link_in(counter)
    marked = link.rpartition(".")[2]
    assert marked not in masked(f"GET {link} 200")
    with caplog.at_level(logging.DEBUG):
        Client(counter.app).post(link)
    assert marked not in caplog.text
    with counter.database.engine.connect() as connection:
        for table in ("sign_in_links", "letters", "buyer_sessions", "rate_counts"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):  # noqa: S608 - names of ours
                assert marked not in str(row)
                assert table != "rate_counts" or ADA not in str(row)


def test_a_buyer_whose_address_was_written_with_capitals_gets_in(counter):
    reference = counter.checks_out(counter.sells())
    counter.pays(counter.page_of(reference), email="Ada@Buyer.Example")
    counter.work()
    with counter.sessions.begin() as session:
        session.execute(update(Buyer).values(name="Ada"))
    browser = sign_in(counter, " ADA@buyer.example ")
    assert counter.order(reference).number in browser.get("/account").words("main")
