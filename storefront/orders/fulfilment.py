"""A fulfilment: one parcel, what is in it and how it can be followed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.orders.carriers import tracking_link
from storefront.orders.order import LineItem


class Fulfilment(Base):
    """`number`: counts the parcels of one order. `key`: of the form that it came by, so that a double click sends once.

    `by`: the staff member's name. `carrier`, `tracking_number`: as typed, may be empty.
    """

    __tablename__ = "fulfilments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[str]
    carrier: Mapped[str] = mapped_column(default="")
    tracking_number: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    shipped_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    lines: Mapped[list["FulfilmentLine"]] = relationship(order_by="FulfilmentLine.id", cascade="all, delete-orphan")

    __table_args__ = (UniqueConstraint("order_id", "key"), UniqueConstraint("order_id", "number"))

    @property
    def tracking_url(self) -> str:
        """The carrier's page for this parcel; empty where the carrier or the number is not known."""
        return tracking_link(self.carrier, self.tracking_number)


class FulfilmentLine(Base):
    """`quantity`: pieces of one line in this parcel."""

    __tablename__ = "fulfilment_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    fulfilment_id: Mapped[int] = mapped_column(ForeignKey("fulfilments.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id", ondelete="CASCADE"), index=True)
    quantity: Mapped[int]

    line: Mapped[LineItem] = relationship()

    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)


def parcels_of(session: Session, order_id: int) -> list[Fulfilment]:
    """In the order in which they went out."""
    return list(session.scalars(select(Fulfilment).where(Fulfilment.order_id == order_id).order_by(Fulfilment.number)))
