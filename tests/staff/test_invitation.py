from datetime import timedelta

import pytest

from storefront import clock
from storefront.staff.invitation import GOOD_FOR, invite, invited, set_password
from storefront.staff.member import add_member
from storefront.staff.signed_in import live_session, open_session


@pytest.fixture
def mira(session):
    return add_member(session, "mira@shop.example")


def test_a_link_works_until_it_is_used(session, mira):
    token = invite(mira)
    session.flush()
    assert invited(session, token) is mira
    assert invited(session, token) is mira
    set_password(session, mira, "hash")
    session.flush()
    assert invited(session, token) is None


def test_a_newer_link_replaces_the_older(session, mira):
    old = invite(mira)
    new = invite(mira)
    session.flush()
    assert invited(session, old) is None
    assert invited(session, new) is mira


def test_it_ends_by_the_clock_and_with_the_account(session, mira, tmp_path):
    token = invite(mira)
    session.flush()
    clock.follow(tmp_path / "clock")
    (tmp_path / "clock").write_text(str((GOOD_FOR + timedelta(seconds=2)).total_seconds()))
    assert invited(session, token) is None
    clock.follow(None)
    mira.active = False
    session.flush()
    assert invited(session, token) is None


def test_a_new_password_ends_every_session(session, mira):
    token = open_session(session, mira, "", "")
    session.flush()
    set_password(session, mira, "hash")
    assert live_session(session, token) is None
