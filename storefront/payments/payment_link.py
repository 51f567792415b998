"""A payment link: a buyer was asked by letter to pay an order, and has some days for it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime

LIFE = timedelta(days=7)


class PaymentLink(Base):
    """`number`: counts those of one order. `until`: when the order ends unpaid. `by`: the staff member's name.

    `after_payment_id`: the order's last payment when it was asked for; that one and older ones are over. Empty where
    there was none.
    """

    __tablename__ = "payment_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    after_payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id", ondelete="SET NULL"))
    number: Mapped[int]
    by: Mapped[str]
    until: Mapped[datetime] = mapped_column(UTCDateTime, default=lambda: now() + LIFE)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def live(self) -> bool:
        """Whether the buyer may still pay by it."""
        return self.until > now()


def link_of(session: Session, order_id: int) -> PaymentLink | None:
    """The order's newest."""
    newest = select(PaymentLink).where(PaymentLink.order_id == order_id).order_by(PaymentLink.id.desc())
    return session.scalar(newest.limit(1))
