"""Answering those who asked for a link to sign in, or what a charge is: a letter for who has bought, nothing for anybody else."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from storefront.buyers.sign_in_link import SignInLink, answer
from storefront.outbox.letter import queue
from storefront.payments.recognising import ChargeQuestion
from storefront.payments.recognising import answer as recognise
from storefront.settings import Settings
from storefront.work import claim


def answer_one(sessions: Callable[[], Session], settings: Settings) -> bool:
    """The request of either kind that has waited longest. Returns whether there was one."""
    return _answer_sign_in(sessions, settings) or _answer_charge(sessions, settings)


def _answer_sign_in(sessions: Callable[[], Session], settings: Settings) -> bool:
    with sessions() as session, session.begin():
        link = claim(session, SignInLink, settings.worker_name, SignInLink.answered.is_(False))
        if link is None:
            return False
        buyer = answer(session, link)
        if buyer is not None:
            queue(session, "sign_in", link.name, buyer.email, facts={"name": buyer.name})
    return True


def _answer_charge(sessions: Callable[[], Session], settings: Settings) -> bool:
    with sessions() as session, session.begin():
        question = claim(session, ChargeQuestion, settings.worker_name)
        if question is None:
            return False
        recognise(session, question)
    return True
