"""The team: let in by mail, given a role, seen out everywhere at once; one owner always stays, and all is written down."""

import re
from datetime import timedelta

import pytest

from storefront.staff.entry import entries
from storefront.staff.member import member_with
from tests.backoffice.conftest import PASSWORD, sign_in
from tests.cashier.mira import mira_at
from tests.cast import MIRA
from tests.client import Client

PIA = "pia@shop.example"
STAFF = "/backoffice/staff"


@pytest.fixture
def database(sqlite):
    return sqlite


def member_id(counter, email):
    with counter.sessions() as session:
        return member_with(session, email).id


def acts(browser, counter, email, deed, status=303, **fields):
    token = browser.get(STAFF).select_one("input[name=csrf_token]")["value"]
    path = f"{STAFF}/members/{member_id(counter, email)}/{deed}"
    return browser.post(path, {"csrf_token": token, **fields}, status)


def link_of(counter):
    counter.work()
    return re.search(r"(/backoffice/invitations/\S+)", counter.letters("lets you into")[-1]["text"])[1]


def comes_in(counter, link, email):
    """Chooses a password and signs in with it."""
    browser = Client(counter.app)
    browser.submit(browser.get(link), "Keep this password", password=PASSWORD, again=PASSWORD)
    sign_in(browser, email)
    return browser


def test_a_colleague_is_let_in_given_more_and_seen_out(counter):
    mira = mira_at(counter)
    page = mira.get(STAFF)
    assert "already: it is in the list" in mira.submit(page, "Send the invitation", 409, name="X", email=MIRA).text
    assert "not an e-mail address" in mira.submit(page, "Send the invitation", 422, name="X", email="pia").text
    invited = mira.follow(mira.submit(page, "Send the invitation", name="Pia", email=PIA.upper(), role="packer"))
    assert "A letter with a link" in invited.words("main")
    link = link_of(counter)
    with counter.sessions() as session:
        stored = [str(row) for row in session.connection().exec_driver_sql("SELECT facts, key FROM letters")]
    assert not any(link.rpartition("/")[2] in row for row in stored), "the database alone would open the door"

    pia = comes_in(counter, link, PIA)
    assert "does not work any more" in Client(counter.app).get(link, 410).text
    assert "Reports" not in pia.get("/backoffice").words("nav")
    assert "this needs the role owner" in pia.get("/backoffice/settings", 403).text
    assert "Who may come in" not in pia.get(STAFF).words("main")
    acts(pia, counter, MIRA, "end", 403)

    acts(mira, counter, PIA, "role", role="clerk")
    assert "Disputes" in pia.get("/backoffice").words("nav")
    assert pia.get("/backoffice/disputes").words("h1")
    acts(mira, counter, PIA, "role", 400, role="emperor")

    acts(mira, counter, PIA, "end")
    assert pia.raw.get("/backoffice", base_url=counter.url).status_code == 303, "signed out everywhere at once"
    assert "belong together" in sign_in(Client(counter.app), PIA, status=422).text

    acts(mira, counter, PIA, "invitation")
    assert sign_in(Client(counter.app), PIA, status=422), "the password from before is gone"
    assert comes_in(counter, link_of(counter), PIA).get("/backoffice/disputes")
    with counter.sessions() as session:
        told = [(entry.by, entry.text) for entry in reversed(entries(session))]
    assert told == [
        ("Mira", "Pia <pia@shop.example> was let in as packer."),
        ("Mira", "Pia is clerk now, and was packer before."),
        ("Mira", "Pia was seen out; every session ended."),
        ("Mira", "Pia was let in again as clerk."),
    ]
    assert "was packer before" in mira.get(STAFF).words("main")


def test_the_last_owner_stays_and_the_password_is_asked_for_again(counter):
    mira = mira_at(counter)
    mira.submit(mira.get(STAFF), "Send the invitation", name="Olga", email="olga@shop.example", role="owner")
    for deed, fields in (("end", {}), ("role", {"role": "packer"})):
        assert "The last owner stays" in acts(mira, counter, MIRA, deed, 409, **fields).text
    olga = comes_in(counter, link_of(counter), "olga@shop.example")
    acts(olga, counter, MIRA, "role", role="clerk")
    assert "The last owner stays" in acts(olga, counter, "olga@shop.example", "end", 409).text

    counter.sandbox.advance(timedelta(minutes=11).total_seconds())
    answer = acts(olga, counter, MIRA, "end")
    assert answer.headers["Location"].startswith("/backoffice/session/confirmation")
    assert mira.get("/backoffice").words("h1"), "nothing was done"
