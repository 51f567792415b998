import subprocess
import sys
from threading import Event, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from storefront.orders.order import Order
from storefront.outbox.letter import Letter, queue
from storefront.postman.sending import send_one
from storefront.settings import Settings
from storefront.work import ATTEMPTS, LEASE, PATIENCE
from tests.fixtures.environment import ROOT
from tests.fixtures.running import until
from tests.postman.test_rendering import a_paid_order

A_SENDER = """
import os
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from storefront import clock
from storefront.db import prepare
from storefront.postman.sending import send_one
from storefront.roots import tables
from storefront.settings import Settings

settings = Settings.from_env(os.environ)
clock.follow(settings.clock_file)
engine = create_engine(settings.database_url)
prepare(engine)
send_one(sessionmaker(engine), settings)
"""


@pytest.fixture
def sessions(database):
    return sessionmaker(database.engine, expire_on_commit=False)


@pytest.fixture
def receipt(sessions):
    """A queued receipt's id."""
    with sessions.begin() as session:
        order = a_paid_order(session)
        letter = queue(session, "receipt", order.number, order.email, order_id=order.id)
        session.flush()
        return letter.id


@pytest.fixture
def row(sessions, receipt):
    def read():
        with sessions() as session:
            return session.get_one(Letter, receipt)

    return read


def test_a_letter_is_sent_once(sessions, settings, mailserver, receipt, row):
    assert send_one(sessions, settings) is True
    assert send_one(sessions, settings) is False

    [letter] = mailserver.letters
    assert mailserver.recipients == ["ada@buyer.example"]
    assert letter["Message-ID"] == f"<{row().message_id}@shop.example>"
    assert "Tea" in letter.get_body(("plain",)).get_content()
    assert row().state == "sent"
    assert row().sent_at is not None


def test_queueing_the_same_letter_again_makes_no_second(sessions, settings, mailserver, receipt, row):
    with sessions.begin() as session:
        again = queue(session, "receipt", row().key, "ada@buyer.example")
        assert again.id == receipt
    send_one(sessions, settings)

    assert send_one(sessions, settings) is False
    assert len(mailserver.letters) == 1


def test_many_workers_send_it_once(sessions, settings, mailserver, receipt):
    threads = [Thread(target=send_one, args=(sessions, settings)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(mailserver.letters) == 1


def test_f2_a_mail_server_that_says_later_costs_only_time(sessions, settings, mailserver, row, advance):
    mailserver.mode = "451"
    for _ in range(20):
        assert send_one(sessions, settings) is True
        assert send_one(sessions, settings) is False
        advance(901)
    waiting = row()
    assert (waiting.state, waiting.attempts) == ("queued", 0)
    assert waiting.last_error == "The mail server said: 451 4.7.1 Greylisted, come again"

    mailserver.mode = "ok"
    send_one(sessions, settings)
    assert row().state == "sent"
    assert row().last_error == ""
    assert len(mailserver.letters) == 1


def test_f2_a_mail_server_that_is_down_for_hours_costs_only_time(sessions, settings, mailserver, row, advance):
    port = mailserver.port
    mailserver.stop()
    for _ in range(10):
        assert send_one(sessions, settings) is True
        advance(901)
    assert (row().state, row().attempts) == ("queued", 0)
    assert "was not reached" in row().last_error
    assert str(port) not in row().message_id


def test_after_three_days_it_is_parked_and_a_person_can_send_it_again(
    sessions, settings, mailserver, receipt, row, advance
):
    mailserver.mode = "451"
    send_one(sessions, settings)
    advance(PATIENCE.total_seconds() + 60)
    send_one(sessions, settings)
    assert row().state == "failed"
    assert send_one(sessions, settings) is False

    mailserver.mode = "ok"
    with sessions.begin() as session:
        session.get_one(Letter, receipt).again()
    send_one(sessions, settings)
    assert row().state == "sent"


def test_a_refusal_is_kept_in_the_servers_words_and_parks_the_letter(sessions, settings, mailserver, row, advance):
    mailserver.mode = "550"
    for _ in range(ATTEMPTS):
        assert send_one(sessions, settings) is True
        advance(901)

    assert send_one(sessions, settings) is False
    assert row().state == "failed"
    assert row().last_error == "The mail server said: 550 5.1.1 No such mailbox here"
    assert mailserver.letters == []


def test_a_cut_after_the_letter_repeats_it_under_the_same_message_id(sessions, settings, mailserver, row, advance):
    mailserver.mode = "cut"
    send_one(sessions, settings)
    assert row().state == "queued"
    mailserver.mode = "ok"
    advance(60)
    send_one(sessions, settings)

    assert row().state == "sent"
    assert len(mailserver.letters) == 2
    assert len({letter["Message-ID"] for letter in mailserver.letters}) == 1


def test_f1_a_kill_between_250_and_commit_costs_one_more_copy_with_the_same_message_id(
    sessions, settings, environment, mailserver, receipt, row, advance
):
    """The test holds the lock that the sender needs to say that it was sent, and kills it while it waits."""
    holding, answered = sessions(), Event()

    def take_the_lock() -> None:
        holding.scalars(select(Letter).where(Letter.id == receipt).with_for_update()).one()
        answered.set()

    mailserver.before_answer = take_the_lock
    sender = subprocess.Popen([sys.executable, "-c", A_SENDER], cwd=ROOT, env=environment)
    try:
        assert mailserver.farewell.wait(30), "the sender never had its 250"
        assert answered.is_set()
        assert sender.poll() is None, "the sender was done before it could be killed"
    finally:
        sender.kill()
        sender.wait()
        holding.rollback()
        holding.close()
    mailserver.before_answer = lambda: None
    until(lambda: row().state == "sending", "the row is left as being sent")
    assert send_one(sessions, settings) is False, "its lease is not over yet"
    advance(LEASE.total_seconds() + 1)
    assert send_one(sessions, settings) is True
    assert row().state == "sent"
    assert send_one(sessions, settings) is False
    assert len(mailserver.letters) == 2
    assert len({letter["Message-ID"] for letter in mailserver.letters}) == 1


def test_a_letter_to_two_people_is_never_sent(sessions, settings, mailserver, receipt, row):
    with sessions.begin() as session:
        session.get_one(Letter, receipt).recipient = "ada@buyer.example,bo@stranger.example"

    send_one(sessions, settings)

    assert mailserver.letters == []
    assert "not the address of one mailbox" in row().last_error or "no domain name" in row().last_error


def test_a_letter_without_templates_is_parked_and_holds_up_nothing(
    sessions, settings, mailserver, receipt, row, advance
):
    with sessions.begin() as session:
        session.get_one(Letter, receipt).kind = "unheard_of"
        order = session.scalars(select(Order)).one()
        queue(session, "receipt", "other", order.email, order_id=order.id)
    for _ in range(ATTEMPTS + 1):
        while send_one(sessions, settings):
            pass
        advance(901)

    assert row().state == "failed"
    assert "TemplateNotFound" in row().last_error
    assert len(mailserver.letters) == 1


def test_an_address_outside_ascii_is_refused_by_a_server_that_cannot(sessions, settings, mailserver, receipt, row):
    with sessions.begin() as session:
        session.get_one(Letter, receipt).recipient = "jörg@buyer.example"

    send_one(sessions, settings)

    assert "cannot do what is configured" in row().last_error
    assert mailserver.letters == []


def test_starttls_is_never_left_out_silently(sessions, environment, mailserver, row):
    settings = Settings.from_env(environment | {"SMTP_SECURITY": "starttls"})

    send_one(sessions, settings)

    assert "STARTTLS" in row().last_error
    assert mailserver.letters == []
