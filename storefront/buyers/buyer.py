"""A buyer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class Buyer(Base):
    """`email`: lower case, unique. `stripe_customer`: its id there, once there is one."""

    __tablename__ = "buyers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    stripe_customer: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


def buyer_of(session: Session, email: str, name: str = "") -> Buyer:
    """The buyer with this address, made if new."""
    email = email.strip().lower()
    buyer = session.scalar(select(Buyer).where(Buyer.email == email))
    if buyer is None:
        buyer = Buyer(email=email, name=name)
        session.add(buyer)
        session.flush()
    return buyer
