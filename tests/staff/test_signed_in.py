from datetime import timedelta

import pytest

from storefront import clock
from storefront.staff.member import MemberExistsError, add_member, member_with
from storefront.staff.signed_in import (
    IDLE,
    LONGEST,
    StaffSession,
    end_session,
    end_sessions,
    live_session,
    live_sessions,
    open_session,
)


@pytest.fixture
def later(tmp_path):
    """Moves the clock this far."""
    file = tmp_path / "moved"
    clock.follow(file)
    yield lambda delta: file.write_text(str(delta.total_seconds()))
    clock.follow(None)


@pytest.fixture
def mira(session):
    return add_member(session, "Mira@Shop.example ", "Mira")


def opened(session, member):
    token = open_session(session, member, "10.0.0.1", "Firefox")
    session.commit()
    return token


def test_an_address_has_one_account_in_whatever_case(session, mira):
    assert member_with(session, "MIRA@shop.example") is mira
    with pytest.raises(MemberExistsError):
        add_member(session, "mira@SHOP.example")


def test_only_the_token_opens_it_and_is_not_kept(session, mira):
    token = opened(session, mira)
    row = live_session(session, token)
    assert row.member is mira
    assert token not in (row.token_hash, row.user_agent)
    assert live_session(session, row.token_hash) is None
    assert live_session(session, "") is None


def test_it_ends_when_nobody_uses_it(session, mira, later):
    token = opened(session, mira)
    later(IDLE - timedelta(seconds=5))
    assert live_session(session, token)
    later(IDLE + timedelta(seconds=5))
    assert live_session(session, token) is None
    assert live_sessions(session, mira.id) == []


def test_it_ends_after_half_a_day_however_busy(session, mira, later):
    token = opened(session, mira)
    for minutes in range(20, int(LONGEST.total_seconds() // 60), 20):
        later(timedelta(minutes=minutes))
        live_session(session, token).seen_at = clock.now()
        session.commit()
    later(LONGEST + timedelta(seconds=5))
    assert live_session(session, token) is None


def test_a_closed_account_ends_every_session_at_once(session, mira):
    token = opened(session, mira)
    mira.active = False
    session.commit()
    assert live_session(session, token) is None


def test_one_ends_only_ones_own(session, mira):
    bo = add_member(session, "bo@shop.example")
    token = opened(session, mira)
    row = live_session(session, token)
    assert not end_session(session, bo.id, row.id)
    assert end_session(session, mira.id, row.id)
    assert not end_session(session, mira.id, row.id)
    assert live_session(session, token) is None


def test_all_others_end_but_this_one(session, mira):
    tokens = [opened(session, mira) for _ in range(3)]
    here = live_session(session, tokens[1])
    end_sessions(session, mira.id, but=here.id)
    session.commit()
    assert [bool(live_session(session, token)) for token in tokens] == [False, True, False]


def test_rows_are_forgotten_in_the_end(session, mira, later):
    opened(session, mira)
    later(timedelta(days=120))
    opened(session, mira)
    assert session.query(StaffSession).count() == 1
