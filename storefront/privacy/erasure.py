"""What is left of an erasure: that it was, who asked for it, and which of Stripe's objects were the person's."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class Erasure(Base):
    """`by`: a staff member's name, `the buyer`, or the command. Nothing here says who the person was."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(10))
    by: Mapped[str]
    orders: Mapped[int]
    subscriptions: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class ErasedName(Base):
    """Stripe's id of something that was the person's: what Stripe says of it later is not kept whole."""

    __tablename__ = "erased_names"

    stripe_id: Mapped[str] = mapped_column(primary_key=True)
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasures.id", ondelete="CASCADE"), index=True)


def erasures(session: Session, most: int = 20) -> list[Erasure]:
    """Newest first."""
    return list(session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(most)))
