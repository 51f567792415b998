"""Whatever befalls a claimed row, it is given back at once or parked, and holds up nobody."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import sessionmaker

from storefront.clock import now
from storefront.outbox.letter import Letter, queue
from storefront.work import ATTEMPTS, claim, tending


@pytest.fixture
def sessions(database):
    return sessionmaker(database.engine, expire_on_commit=False)


@pytest.fixture
def letter(sessions):
    with sessions.begin() as session:
        queue(session, "receipt", "order 1", "ada@buyer.example")
    with sessions.begin() as session:
        return claim(session, Letter, "one")


def claimed_again(sessions, row):
    with sessions.begin() as session:
        session.get_one(Letter, row.id).next_try = now()
    with sessions.begin() as session:
        return claim(session, Letter, "one")


def test_a_deadlock_is_no_fault_of_the_row(sessions, letter):
    with tending(sessions, letter):
        raise OperationalError("UPDATE orders", {}, Exception("deadlock detected"))

    with sessions() as session:
        row = session.get_one(Letter, letter.id)
    assert (row.lease_until, row.attempts, row.last_error) == (None, 0, "deadlock detected")
    assert row.next_try > letter.next_try


def test_our_own_fault_counts_until_the_row_is_parked(sessions, letter):
    parked = []
    row = letter
    for _ in range(ATTEMPTS):
        assert parked == []
        with tending(sessions, row, parked=lambda fresh: parked.append(fresh.last_error)):
            raise LookupError("nothing there")
        row = claimed_again(sessions, row) if not parked else row

    assert parked == ["LookupError: nothing there"]
    with sessions() as session:
        assert session.get_one(Letter, letter.id).next_try is None


def test_a_row_that_somebody_else_has_taken_meanwhile_is_left_alone(sessions, letter):
    with tending(sessions, letter):
        with sessions.begin() as session:
            session.get_one(Letter, letter.id).done_with()
        raise LookupError("too late")

    with sessions() as session:
        row = session.get_one(Letter, letter.id)
    assert (row.next_try, row.attempts) == (None, 0)
