"""An examination of the way from Stripe to the shop: asked for by a person, done by the cashier, kept with what it found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.work import Work


class ExaminationState(StrEnum):
    """failed: the examination itself is at fault."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Examination(Work, Base):
    """`findings`: JSON, in order: whether it is well, and a sentence."""

    __tablename__ = "examinations"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    state: Mapped[str] = mapped_column(default=ExaminationState.WAITING)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    findings: Mapped[list[tuple[bool, str]]] = mapped_column(JSON, default=list)

    __table_args__ = (
        Index(
            "ix_examinations_due",
            "next_try",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


def ask(session: Session, asked_by: str) -> Examination:
    """One for the cashier to do; the one that waits already, if one does."""
    known = session.scalar(select(Examination).where(Examination.state == ExaminationState.WAITING).limit(1))
    if known is not None:
        return known
    examination = Examination(asked_by=asked_by)
    session.add(examination)
    session.flush()
    return examination


def newest(session: Session) -> Examination | None:
    """The last one that was asked for."""
    return session.scalar(select(Examination).order_by(Examination.id.desc()).limit(1))
