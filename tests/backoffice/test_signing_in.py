import re
from datetime import timedelta

import pyotp
import pytest

from storefront.clock import now
from storefront.staff.member import Member, member_with
from storefront.staff.second_factor import enrol, new_secret
from storefront.staff.signed_in import StaffSession
from tests.backoffice.conftest import ORIGIN, PASSWORD, sign_in
from tests.cast import MIRA
from tests.client import Client

HERE = {"Sec-Fetch-Site": "same-origin"}


def is_in(client):
    return client.raw.get("/backoffice", base_url=ORIGIN).status_code == 200


def cookie_of(client):
    return client.raw.get_cookie("staff", domain="127.0.0.1").value


def test_the_right_password_opens_the_door(mira):
    assert "Today" in mira.get("/backoffice").words("h1")


def _bare(answer, address):
    """The page without what was typed, and without the token, which holds the second in which it was made."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.get_data(as_text=True).replace(address, ""))


def test_wrong_and_unknown_look_the_same(client, staff):
    staff(MIRA, "Mira")
    page = client.get("/backoffice/session")
    wrong = client.submit(page, "Sign in", 422, email=MIRA, password="something else 1")
    unknown = client.submit(page, "Sign in", 422, email="nobody@shop.example", password="something else 1")
    assert _bare(wrong, MIRA) == _bare(unknown, "nobody@shop.example")
    assert not is_in(client)


def test_what_no_database_can_hold_is_refused(client):
    page = client.get("/backoffice/session")
    client.submit(page, "Sign in", 400, email="mira\0@shop.example", password="x")


def test_a_disabled_account_looks_like_an_unknown_one(client, staff, database):
    with_id = staff(MIRA, "Mira")
    with database.session() as session:
        session.get_one(Member, with_id).active = False
        session.commit()
    sign_in(client, status=422)


def test_the_cookie_is_a_session_cookie_that_scripts_cannot_read(client, staff):
    staff(MIRA, "Mira")
    cookie = sign_in(client).headers["Set-Cookie"]
    assert cookie.startswith("staff=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


def test_signing_in_changes_the_session(client, staff):
    staff(MIRA, "Mira")
    client.get("/backoffice/session")
    before = cookie_of(client)
    sign_in(client)
    assert cookie_of(client) != before
    client.raw.set_cookie("staff", before, domain="127.0.0.1")
    assert not is_in(client)


def test_a_stolen_cookie_is_worthless_after_signing_out(app, mira):
    thief = Client(app)
    thief.raw.set_cookie("staff", cookie_of(mira), domain="127.0.0.1")
    assert is_in(thief)
    mira.submit(mira.get("/backoffice"), "Sign out")
    assert not is_in(thief)
    assert not is_in(mira)


def test_a_disabled_account_is_out_at_once(mira, database):
    with database.session() as session:
        member_with(session, MIRA).active = False
        session.commit()
    assert not is_in(mira)


def test_half_an_hour_of_rest_ends_it_and_use_keeps_it(mira, later):
    for minutes in (20, 40, 60):
        later(timedelta(minutes=minutes))
        assert is_in(mira)
    later(timedelta(minutes=91))
    assert not is_in(mira)


def test_half_a_day_ends_it(mira, later):
    for minutes in range(25, 12 * 60, 25):
        later(timedelta(minutes=minutes))
        assert is_in(mira), minutes
    later(timedelta(hours=12, minutes=1))
    assert not is_in(mira)


def test_one_session_is_ended_from_another(app, mira):
    phone = Client(app)
    sign_in(phone)
    page = mira.get("/backoffice/staff")
    mira.submit(page, "End this session")
    assert not is_in(phone)
    assert is_in(mira)


def test_another_persons_session_is_not_found(app, mira, staff, database):
    staff("bo@shop.example", "Bo")
    bo = Client(app)
    sign_in(bo, "bo@shop.example")
    with database.session() as session:
        theirs = session.query(StaffSession.id).join(Member).where(Member.email == MIRA).scalar()
    token = bo.get("/backoffice/staff").select_one("input[name=csrf_token]")["value"]
    bo.post(f"/backoffice/staff/sessions/{theirs}/end", {"csrf_token": token}, 404)
    assert is_in(mira)


def test_guessing_is_slowed_down_for_the_account_and_not_for_others(app, client, staff):
    staff(MIRA, "Mira")
    staff("bo@shop.example", "Bo")
    page = client.get("/backoffice/session")
    for _ in range(10):
        client.submit(page, "Sign in", 422, email=MIRA, password="wrong one 12345")
    answer = client.submit(page, "Sign in", 429, email=MIRA, password=PASSWORD)
    assert int(answer.headers["Retry-After"]) > 60
    elsewhere = Client(app, address="10.1.1.1")
    sign_in(elsewhere)
    sign_in(client, "bo@shop.example")


def test_the_right_password_ends_the_counting(app, staff):
    staff(MIRA, "Mira")
    for _ in range(12):
        sign_in(Client(app))


@pytest.fixture
def secret(database, staff):
    mira_id = staff(MIRA, "Mira")
    secret = new_secret()
    with database.session() as session:
        enrol(session, mira_id, secret, 0)
        session.commit()
    return secret


def test_with_a_second_factor_the_password_is_half_of_it(client, secret):
    page = client.follow(sign_in(client))
    assert not is_in(client)
    wrong = client.submit(page, "Sign in", 422, code="000000" if pyotp.TOTP(secret).now() != "000000" else "111111")
    assert "not right" in wrong.get_data(as_text=True)
    answer = client.submit(page, "Sign in", code=pyotp.TOTP(secret).at(now()))
    assert answer.headers["Location"] == "/backoffice"
    assert is_in(client)


def test_the_code_must_follow_the_password_soon(client, secret, later):
    page = client.follow(sign_in(client))
    later(timedelta(minutes=6))
    answer = client.submit(page, "Sign in", code=pyotp.TOTP(secret).at(now()))
    assert answer.headers["Location"] == "/backoffice/session"
    assert not is_in(client)


def test_codes_cannot_be_guessed_through(client, secret):
    page = client.follow(sign_in(client))
    right = pyotp.TOTP(secret).at(now())
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        client.submit(page, "Sign in", 422, code=wrong)
    client.submit(page, "Sign in", 429, code=right)


def test_the_password_is_asked_for_again_where_it_matters(mira, later):
    later(timedelta(minutes=11))
    page = mira.follow(mira.raw.get("/backoffice/staff/second-factor", base_url=ORIGIN))
    assert "again" in page.words("h1")
    mira.submit(page, "Go on", 422, password="not the password 1")
    answer = mira.submit(page, "Go on", password=PASSWORD)
    assert answer.headers["Location"] == "/backoffice/staff/second-factor"
    assert mira.follow(answer).words("h1") == "Second factor"


def test_setting_up_a_second_factor_ends_other_sessions_and_shows_codes_once(app, mira):
    phone = Client(app)
    sign_in(phone)
    page = mira.get("/backoffice/staff/second-factor")
    secret = page.select_one("code").get_text().replace(" ", "")
    mira.submit(page, "Turn it on", 422, code="12")
    answer = mira.submit(page, "Turn it on", 200, code=pyotp.TOTP(secret).at(now()))
    assert answer.get_data(as_text=True).count("<li><code>") == 8
    assert not is_in(phone)
    assert "8 recovery codes" in mira.get("/backoffice/staff").words()


def test_an_invitation_sets_a_password_once(app, client, database):
    said = app.test_cli_runner().invoke(args=["staff", "add", "bo@shop.example", "--name", "Bo"]).output
    path = said.split("http://127.0.0.1:8000")[1].strip()
    page = client.get(path)
    client.get(path)
    client.submit(page, "Keep this password", 422, password="short", again="short")
    client.submit(page, "Keep this password", 422, password=PASSWORD, again="another-one-123")
    client.submit(page, "Keep this password", password=PASSWORD, again=PASSWORD)
    client.get(path, 410)
    client.submit(page, "Keep this password", 410, password="kettle-lamp-river-43", again="kettle-lamp-river-43")
    sign_in(client, "bo@shop.example")
    assert is_in(client)
