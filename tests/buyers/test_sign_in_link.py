"""Links that are used, answered and forgotten, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.buyers.buyer import Buyer, buyer_of
from storefront.buyers.sign_in_link import SignInLink, answer, ask, use
from storefront.buyers.signed_in import end_sessions, live_session, live_sessions, open_session
from storefront.buyers.token import mark, name_in, token
from tests.cast import ADA, BO

SECRET = "only-the-tests-know-this"


def an_answered_link(session, email=ADA):
    ask(session, email)
    link = session.scalars(select(SignInLink).order_by(SignInLink.id.desc())).first()
    assert answer(session, link) is not None
    return link


def test_twenty_presses_at_once_sign_in_once(database):
    with database.session() as session, session.begin():
        buyer_of(session, ADA)
        name = an_answered_link(session).name

    def press(_):
        with Session(database.engine) as session, session.begin():
            return use(session, name) is not None

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(press, range(20))).count(True) == 1


def test_a_link_is_for_once_for_its_time_and_for_one_address(session):
    buyer_of(session, ADA)
    buyer_of(session, BO)
    first, second, other = an_answered_link(session), an_answered_link(session), an_answered_link(session, BO)
    assert use(session, second.name).email == ADA
    assert use(session, second.name) is None
    assert use(session, first.name) is None, "the address's other link still works"
    other.ends_at -= timedelta(minutes=10)
    session.flush()
    assert use(session, other.name) is None
    assert use(session, "nobody") is None


def test_a_link_that_nobody_answered_opens_nothing_and_strangers_are_forgotten(session):
    buyer_of(session, ADA)
    for email in (ADA, BO):
        ask(session, email)
    for link in session.scalars(select(SignInLink)).all():
        assert use(session, link.name) is None
        answer(session, link)
    session.flush()
    assert session.scalars(select(SignInLink.email)).all() == [ADA]


def test_sessions_end_here_and_everywhere(session):
    ada, bo = buyer_of(session, ADA), buyer_of(session, BO)
    tokens = [open_session(session, who, "10.0.0.1", "A browser") for who in (ada, ada, bo)]
    session.flush()
    assert live_session(session, tokens[0]).buyer.email == ADA
    assert len(live_sessions(session, ada.id)) == 2
    end_sessions(session, ada.id)
    session.flush()
    assert [live_session(session, one) is not None for one in tokens] == [False, False, True]


def test_a_buyer_is_met_again_by_the_address_however_it_is_written(session):
    assert buyer_of(session, ADA).id == buyer_of(session, f" {ADA.upper()} ").id
    assert len({buyer.reference for buyer in (buyer_of(session, ADA), buyer_of(session, BO))}) == 2
    assert session.query(Buyer).count() == 2


def test_a_token_counts_for_its_name_its_purpose_and_its_key():
    made = token(SECRET, "sign-in", "abc")
    assert name_in(SECRET, "sign-in", made) == "abc"
    for secret, purpose, given in (
        (SECRET, "portal", made),
        ("another key", "sign-in", made),
        (SECRET, "sign-in", made.replace("abc", "abd")),
        (SECRET, "sign-in", "abc"),
        (SECRET, "sign-in", "abc."),
        (SECRET, "sign-in", f"abc.{mark(SECRET, 'sign-in', 'abd')}"),
        (SECRET, "sign-in", "\N{GREEK SMALL LETTER ALPHA}.\N{GREEK SMALL LETTER BETA}"),
        (SECRET, "sign-in", ""),
    ):
        assert name_in(secret, purpose, given) is None, given
