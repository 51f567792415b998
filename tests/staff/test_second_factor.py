from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from storefront.clock import now
from storefront.staff.member import add_member
from storefront.staff.second_factor import STEP, codes_left, enrol, new_codes, new_secret, remove, step_of, use_code


def code_at(secret, steps=0):
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // STEP + steps)


@pytest.fixture
def mira(session):
    member = add_member(session, "mira@shop.example")
    session.commit()
    return member.id


@pytest.fixture
def secret(session, mira):
    secret = new_secret()
    enrol(session, mira, secret, 0)
    session.commit()
    return secret


def test_this_code_and_the_last_are_right_and_no_other():
    secret = new_secret()
    assert step_of(secret, code_at(secret)) is not None
    assert step_of(secret, code_at(secret, -1)) is not None
    assert step_of(secret, code_at(secret, -2)) is None
    assert step_of(secret, code_at(secret, 2)) is None
    assert step_of(secret, "") is None
    assert step_of(secret, " ".join(code_at(secret)))


def test_a_code_counts_once_and_an_older_one_no_more(session, mira, secret):
    last, present = code_at(secret, -1), code_at(secret)
    assert use_code(session, mira, present)
    assert not use_code(session, mira, present)
    assert not use_code(session, mira, last)


def test_of_many_at_once_one_wins(database, mira, secret):
    code = code_at(secret)

    def use(_):
        with database.session() as session:
            won = use_code(session, mira, code)
            session.commit()
            return won

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(use, range(12))).count(True) == 1


def test_a_recovery_code_counts_once_however_it_is_typed(session, mira, secret):
    codes = new_codes(session, mira)
    session.flush()
    assert codes_left(session, mira) == len(codes) == 8
    assert use_code(session, mira, codes[0].upper().replace("-", " "))
    assert not use_code(session, mira, codes[0])
    assert codes_left(session, mira) == 7
    assert not use_code(session, mira, "")


def test_nobody_elses_code_helps(session, mira, secret):
    bo = add_member(session, "bo@shop.example").id
    codes = new_codes(session, mira)
    session.flush()
    assert not use_code(session, bo, codes[0])
    assert not use_code(session, bo, code_at(secret))


def test_turned_off_it_is_gone(session, mira, secret):
    remove(session, mira)
    assert not use_code(session, mira, code_at(secret))
    assert codes_left(session, mira) == 0
