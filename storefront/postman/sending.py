"""Sending: a letter is claimed and marked as being sent, handed over outside any transaction, then marked as sent.

A kill in between leaves it marked as being sent. Once its lease is over it is sent again under the same Message-ID: a
second copy, which mail programs show once, is better than none.
"""

import logging
from collections.abc import Callable

from sqlalchemy.orm import Session

from storefront.outbox.letter import Letter, LetterState
from storefront.postman.message import message_of
from storefront.postman.rendering import written
from storefront.postman.smtp import NeverError, NotNowError, deliver
from storefront.settings import Settings
from storefront.work import claim

log = logging.getLogger(__name__)
WAITING = (LetterState.QUEUED, LetterState.SENDING)


def send_one(sessions: Callable[[], Session], settings: Settings) -> bool:
    """One letter that is due, handed to the mail server or put back. Returns whether there was one."""
    with sessions() as session, session.begin():
        letter = claim(session, Letter, settings.worker_name, Letter.state.in_(WAITING))
        if letter is None:
            return False
        letter.state = LetterState.SENDING
        letter_id = letter.id
    outcome = _handed_over(sessions, settings, letter_id)
    with sessions() as session, session.begin():
        outcome(session.get_one(Letter, letter_id, with_for_update=True))
    return True


def _handed_over(sessions: Callable[[], Session], settings: Settings, letter_id: int) -> Callable[[Letter], None]:
    """What came of it, to be written into the row."""
    try:
        with sessions() as session:
            letter = session.get_one(Letter, letter_id)
            message = message_of(settings, letter, written(session, settings, letter))
        deliver(settings, message)
    except NotNowError as error:
        why = str(error)
        log.warning("Letter %s waits: %s", letter_id, why)
        return lambda letter: letter.waits(why)
    except NeverError as error:
        why = str(error)
        log.warning("Letter %s was refused: %s", letter_id, why)
        return lambda letter: letter.refused(why)
    except Exception as error:
        why = f"The letter could not be written: {type(error).__name__}: {error}"
        log.exception("Letter %s could not be written", letter_id)
        return lambda letter: letter.refused(why)
    return Letter.sent
