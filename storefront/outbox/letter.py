"""A letter: queued in the transaction that makes it true, sent later, once per kind and business key."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.work import Work


class LetterState(StrEnum):
    """sending is committed before the mail server is called, so that a kill there is seen afterwards."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Letter(Work, Base):
    """`kind`: folder under templates/mail. `key`: what it is about (an order's number, a refund's id).

    `facts`: JSON for its template. `message_id`: the part of its Message-ID before the @.
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    recipient: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=LetterState.QUEUED)
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index(
            "ix_letters_due",
            "next_try",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index(
            "ix_letters_failed", "id", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")
        ),
    )

    def sent(self) -> None:
        """The mail server has it."""
        self.state, self.sent_at = LetterState.SENT, now()
        self.done_with()

    def waits(self, why: str) -> None:
        """The mail server did not take it for now; the letter fails after 72 hours of that."""
        self.state = LetterState.QUEUED if self.unreachable(why) else LetterState.FAILED

    def refused(self, why: str) -> None:
        """It could not be written, or was refused for good; the letter fails once that has happened often enough."""
        self.state = LetterState.QUEUED if self.failed_once(why) else LetterState.FAILED

    def again(self) -> None:
        """Queue it anew, as a person asked."""
        self.state = LetterState.QUEUED
        self.due_now()


def queue(
    session: Session,
    kind: str,
    key: str,
    recipient: str,
    *,
    order_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> Letter:
    """The letter of this kind and key: the one that exists, or a new one. Its Message-ID never changes afterwards."""
    existing = session.scalar(select(Letter).where(Letter.kind == kind, Letter.key == key))
    if existing is not None:
        return existing
    letter = Letter(
        kind=kind, key=key, recipient=recipient, order_id=order_id, facts=facts or {}, message_id=uuid4().hex
    )
    session.add(letter)
    return letter
