"""The mark that a restored database carries until it has been compared with Stripe: what it says may be days old."""

from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.inbox.cursor import Cursor

MARK = "restored"


def mark_restored(session: Session) -> None:
    """Nothing is sent or carried out by a worker before the next reconciliation."""
    session.merge(Cursor(name=MARK, at=now()))


def is_restored(session: Session) -> bool:
    """Whether nobody has compared with Stripe since the restoring."""
    return session.get(Cursor, MARK) is not None


def forget_restored(session: Session) -> None:
    """It has been compared."""
    row = session.get(Cursor, MARK)
    if row is not None:
        session.delete(row)
