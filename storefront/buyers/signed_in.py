"""Sessions of buyers: rows, so that they can be ended on every device at once."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from storefront.buyers.buyer import Buyer
from storefront.clock import now
from storefront.db import Base, UTCDateTime

IDLE = timedelta(days=7)
LONGEST = timedelta(days=30)
FRESH = timedelta(minutes=30)
KEPT = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)


class BuyerSession(Base):
    """`token_hash`: SHA-256 of the cookie's token. Ends when idle, at `ends_at`, or by the buyer.

    `created_at`: when the link was used; what cannot be taken back is only done within half an hour of it.
    """

    __tablename__ = "buyer_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ip: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")

    buyer: Mapped[Buyer] = relationship()

    __table_args__ = (Index("ix_buyer_sessions_ends_at", "ends_at"),)


def fingerprint(token: str) -> str:
    """What is kept of a token: enough to know it again, too little to use it."""
    return sha256(token.encode()).hexdigest()


def open_session(session: Session, buyer: Buyer, ip: str, user_agent: str) -> str:
    """A new session's token, 256 random bits. Rows that ended long ago are forgotten."""
    token, moment = secrets.token_urlsafe(32), now()
    session.execute(delete(BuyerSession).where(BuyerSession.ends_at < moment - KEPT))
    session.add(
        BuyerSession(
            token_hash=fingerprint(token),
            buyer_id=buyer.id,
            ends_at=moment + LONGEST,
            ip=ip,
            user_agent=user_agent[:300],
        )
    )
    return token


def live_session(session: Session, token: str) -> BuyerSession | None:
    """The session of this token with its buyer, if it may still be used."""
    statement = select(BuyerSession).where(BuyerSession.token_hash == fingerprint(token), *_live(now()))
    return session.scalar(statement.options(joinedload(BuyerSession.buyer, innerjoin=True)))


def live_sessions(session: Session, buyer_id: int) -> list[BuyerSession]:
    """The buyer's, last used first."""
    statement = select(BuyerSession).where(BuyerSession.buyer_id == buyer_id, *_live(now()))
    return list(session.scalars(statement.order_by(BuyerSession.seen_at.desc(), BuyerSession.id.desc())))


def end_session(session: Session, token: str) -> None:
    """Sign out here."""
    ended = update(BuyerSession).where(BuyerSession.token_hash == fingerprint(token), BuyerSession.ended_at.is_(None))
    session.execute(ended.values(ended_at=now()))


def end_sessions(session: Session, buyer_id: int) -> None:
    """Sign out everywhere."""
    ended = update(BuyerSession).where(BuyerSession.buyer_id == buyer_id, BuyerSession.ended_at.is_(None))
    session.execute(ended.values(ended_at=now()))


def _live(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return BuyerSession.ended_at.is_(None), BuyerSession.ends_at > moment, BuyerSession.seen_at > moment - IDLE
