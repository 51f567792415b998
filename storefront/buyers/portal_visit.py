"""A visit to Stripe's customer portal: the shop writes whose and what for, and the cashier opens it, once."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime

LIFE = timedelta(minutes=2)
KEPT = timedelta(days=90)


class Deed(StrEnum):
    """What the portal opens with. home: everything that the buyer has there."""

    HOME = "home"
    CARD = "card"
    PLAN = "plan"
    CANCEL = "cancel"
    PAUSE = "pause"


OF_ONE = (Deed.PLAN, Deed.CANCEL, Deed.PAUSE)
"""Deeds that need to know with which subscription."""


class PortalVisit(Base):
    """`name`: 128 random bits, carried with its mark. `customer`, `subscription`: Stripe's ids, the second may be empty.

    `back`: the path that the buyer comes back to. `used_at`: when the cashier opened the portal for it.
    """

    __tablename__ = "portal_visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(16))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyers.id", ondelete="CASCADE"), index=True)
    customer: Mapped[str]
    subscription: Mapped[str] = mapped_column(default="")
    deed: Mapped[str]
    back: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def begin_visit(
    session: Session, buyer_id: int, customer: str, deed: Deed, back: str, subscription: str = ""
) -> PortalVisit:
    """The caller has made sure that customer and subscription are this buyer's. Visits of long ago are forgotten."""
    moment = now()
    session.execute(delete(PortalVisit).where(PortalVisit.ends_at < moment - KEPT))
    visit = PortalVisit(
        buyer_id=buyer_id, customer=customer, subscription=subscription, deed=deed, back=back, ends_at=moment + LIFE
    )
    session.add(visit)
    session.flush()
    return visit


def use_visit(session: Session, name: str) -> PortalVisit | None:
    """The visit, once and in time."""
    moment = now()
    statement = update(PortalVisit).where(
        PortalVisit.name == name, PortalVisit.used_at.is_(None), PortalVisit.ends_at > moment
    )
    used = statement.values(used_at=moment).returning(PortalVisit.id)
    found = session.scalar(used, execution_options={"synchronize_session": False})
    return session.get_one(PortalVisit, found) if found is not None else None


def visit_named(session: Session, name: str) -> PortalVisit | None:
    """A visit that was begun, used or not."""
    return session.scalar(select(PortalVisit).where(PortalVisit.name == name))
