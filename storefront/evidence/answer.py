"""An answer to a bank: evidence that is put ready or sent, or the dispute accepted. The row is who did it, and when."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column, relationship

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class AnswerKind(StrEnum):
    """staged: kept at Stripe, still to be changed. The other two are for good."""

    STAGED = "staged"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"


class AnswerState(StrEnum):
    """pending: on its way to Stripe. refused: Stripe did not take it, another may follow."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


class DisputeAnswer(Base):
    """`turn`: of the dispute when it was given; there is one final answer at most in each.

    `evidence`: texts and enhanced evidence as they are sent; files have rows. `by`: the member's name.
    """

    __tablename__ = "dispute_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(10))
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"), index=True)
    turn: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=AnswerState.PENDING)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    trouble: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    files: Mapped[list["EvidenceFile"]] = relationship(order_by="EvidenceFile.id", cascade="all, delete-orphan")

    __table_args__ = (
        Index(
            "uq_dispute_answers_final",
            "dispute_id",
            "turn",
            unique=True,
            sqlite_where=text("kind <> 'staged' AND state <> 'refused'"),
            postgresql_where=text("kind <> 'staged' AND state <> 'refused'"),
        ),
    )


class EvidenceFile(Base):
    """A PDF of an answer, as it is sent. `stripe_id`: of the file there, once it has been uploaded."""

    __tablename__ = "evidence_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(10))
    answer_id: Mapped[int] = mapped_column(ForeignKey("dispute_answers.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    hash: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    stripe_id: Mapped[str] = mapped_column(default="")

    __table_args__ = (UniqueConstraint("answer_id", "field"),)

    @property
    def name(self) -> str:
        """As Stripe keeps it: nobody else's file is called so."""
        return f"{self.field}-{self.reference}.pdf"


def answers_of(session: Session, dispute_id: int) -> list[DisputeAnswer]:
    """Oldest first."""
    return list(
        session.scalars(select(DisputeAnswer).where(DisputeAnswer.dispute_id == dispute_id).order_by(DisputeAnswer.id))
    )


def answer_with(session: Session, reference: str) -> DisputeAnswer | None:
    """The answer that a command is about."""
    return session.scalar(select(DisputeAnswer).where(DisputeAnswer.reference == reference))


def file_with(session: Session, reference: str) -> EvidenceFile | None:
    """The file that a command is about."""
    return session.scalar(select(EvidenceFile).where(EvidenceFile.reference == reference))
