"""Answering those who asked for a link to sign in: a letter for who has bought, nothing for anybody else."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from storefront.buyers.sign_in_link import SignInLink, answer
from storefront.outbox.letter import queue
from storefront.settings import Settings
from storefront.work import claim


def answer_one(sessions: Callable[[], Session], settings: Settings) -> bool:
    """The request that has waited longest. Returns whether there was one."""
    with sessions() as session, session.begin():
        link = claim(session, SignInLink, settings.worker_name, SignInLink.answered.is_(False))
        if link is None:
            return False
        buyer = answer(session, link)
        if buyer is not None:
            queue(session, "sign_in", link.name, buyer.email, facts={"name": buyer.name})
    return True
