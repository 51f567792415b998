"""Sessions of staff: rows, so that they can be listed, and ended one by one."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.staff.member import Member

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=10)
KEPT = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=1)


class StaffSession(Base):
    """`token_hash`: SHA-256 of the cookie's token. Ends when idle, at `ends_at`, by the member, or with the account.

    `confirmed_at`: when the password was last given: money moves only within ten minutes of it.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ip: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")

    member: Mapped[Member] = relationship()

    __table_args__ = (Index("ix_staff_sessions_ends_at", "ends_at"),)


def fingerprint(token: str) -> str:
    """What is kept of a token: enough to know it again, too little to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(session: Session, member: Member, ip: str, user_agent: str) -> str:
    """A new session's token, 256 random bits. Rows that ended long ago are forgotten."""
    token, moment = secrets.token_urlsafe(32), now()
    session.execute(delete(StaffSession).where(StaffSession.ends_at < moment - KEPT))
    session.add(
        StaffSession(
            token_hash=fingerprint(token),
            member_id=member.id,
            ends_at=moment + LONGEST,
            ip=ip,
            user_agent=user_agent[:300],
        )
    )
    return token


def _live(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return StaffSession.ended_at.is_(None), StaffSession.ends_at > moment, StaffSession.seen_at > moment - IDLE


def live_session(session: Session, token: str) -> StaffSession | None:
    """The session of this token with its member, if both may still be used."""
    statement = (
        select(StaffSession)
        .join(Member)
        .where(StaffSession.token_hash == fingerprint(token), Member.active, *_live(now()))
    )
    return session.scalar(statement.options(joinedload(StaffSession.member, innerjoin=True)))


def live_sessions(session: Session, member_id: int) -> list[StaffSession]:
    """The member's, last used first."""
    statement = select(StaffSession).where(StaffSession.member_id == member_id, *_live(now()))
    return list(session.scalars(statement.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())))


def end_session(session: Session, member_id: int, session_id: int) -> bool:
    """End one of the member's own. Returns whether there was one to end."""
    ended = update(StaffSession).where(
        StaffSession.id == session_id, StaffSession.member_id == member_id, StaffSession.ended_at.is_(None)
    )
    return session.scalar(ended.values(ended_at=now()).returning(StaffSession.id)) is not None


def end_sessions(session: Session, member_id: int, *, but: int | None = None) -> None:
    """End all of the member's, or all but one."""
    ended = update(StaffSession).where(
        StaffSession.member_id == member_id, StaffSession.ended_at.is_(None), StaffSession.id != (but or 0)
    )
    session.execute(ended.values(ended_at=now()))


def confirm_session(session: Session, session_id: int) -> None:
    """The password was given again just now."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(confirmed_at=now()))
