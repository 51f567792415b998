"""A letter: queued in the transaction that makes it true, sent later, once per kind and business key."""

from datetime import datetime
from email.utils import make_msgid
from enum import StrEnum
from typing import Any

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
    """`kind`: folder under templates/mail. `key`: what it is about (an order's number, a refund's id). `facts`: JSON for its template."""

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
        kind=kind,
        key=key,
        recipient=recipient,
        order_id=order_id,
        facts=facts or {},
        message_id=make_msgid(domain="storefront.invalid"),
    )
    session.add(letter)
    return letter
