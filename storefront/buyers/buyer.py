"""A buyer."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class Buyer(Base):
    """`email`: lower case, unique. `reference`: its name in keys. `stripe_customer`: its id there, once there is one.

    `verified_at`: when somebody last proved to read mail at the address; nobody who has not sees what belongs to it.
    """

    __tablename__ = "buyers"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(10))
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    stripe_customer: Mapped[str | None] = mapped_column(unique=True)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


def buyer_of(session: Session, email: str, name: str = "") -> Buyer:
    """The buyer with this address, made if new."""
    buyer = known_buyer(session, email)
    if buyer is None:
        buyer = Buyer(email=plain(email), name=name)
        session.add(buyer)
        session.flush()
    return buyer


def known_buyer(session: Session, email: str) -> Buyer | None:
    """The buyer with this address, if somebody has bought with it."""
    return session.scalar(select(Buyer).where(Buyer.email == plain(email)))


def lock_buyer(session: Session, buyer_id: int) -> Buyer:
    """The buyer, read anew and locked until the transaction ends."""
    return session.get_one(Buyer, buyer_id, with_for_update=True, populate_existing=True)


def buyer_with(session: Session, customer: str) -> Buyer | None:
    """The buyer who is this customer at Stripe."""
    return session.scalar(select(Buyer).where(Buyer.stripe_customer == customer))


def plain(email: str) -> str:
    """The address as it is kept."""
    return email.strip().lower()
