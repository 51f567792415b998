from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storefront.clock import now
from storefront.outbox.letter import Letter, LetterState, queue
from storefront.work import ATTEMPTS, PATIENCE


def test_one_kind_and_key_is_one_letter_whatever_else_is_asked(session):
    first = queue(session, "receipt", "K7Q2-M9XD", "ada@buyer.example")
    session.commit()
    again = queue(session, "receipt", "K7Q2-M9XD", "bo@stranger.example")
    other = queue(session, "sold_out", "K7Q2-M9XD", "ada@buyer.example")
    session.commit()

    assert again is first
    assert again.recipient == "ada@buyer.example"
    assert other.id != first.id
    assert other.message_id != first.message_id


def test_the_database_allows_no_second_one_either(session):
    for _ in range(2):
        session.add(Letter(kind="receipt", key="K7Q2-M9XD", recipient="ada@buyer.example", message_id=str(now())))
    with pytest.raises(IntegrityError):
        session.commit()


def test_a_server_that_is_away_costs_no_attempt_until_three_days_are_over(session):
    letter = queue(session, "receipt", "K7Q2-M9XD", "ada@buyer.example")
    session.flush()
    for _ in range(50):
        letter.waits("The mail server was not reached.")
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 0)

    letter.waiting_since = now() - PATIENCE - timedelta(minutes=1)
    letter.waits("The mail server was not reached.")
    assert letter.state == LetterState.FAILED
    assert letter.next_try is None


def test_refusals_count_and_a_person_can_begin_anew(session):
    letter = queue(session, "receipt", "K7Q2-M9XD", "ada@buyer.example")
    session.flush()
    for _ in range(ATTEMPTS - 1):
        letter.refused("550 No such mailbox")
        assert letter.state == LetterState.QUEUED
    letter.refused("550 No such mailbox")
    assert letter.state == LetterState.FAILED

    letter.again()
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 0)
    letter.sent()
    assert (letter.state, letter.next_try, letter.last_error) == (LetterState.SENT, None, "")


def test_what_a_server_says_is_kept_without_card_numbers(session):
    letter = queue(session, "receipt", "K7Q2-M9XD", "ada@buyer.example")
    session.flush()

    letter.refused("550 4242 4242 4242 4242 is not welcome")

    assert letter.last_error == "550 **** 4242 is not welcome"
