"""Downloads: the link that a paid line gives its buyer, and every time that its file was taken."""

from datetime import datetime

from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.orders.order import LineItem, Order


class DownloadLink(Base):
    """`most`: how often its file may be taken, `used`: how often it was. `by`: as in the timeline.

    Of a line's links only the newest is shown; those before end when it is made.
    """

    __tablename__ = "download_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id", ondelete="CASCADE"))
    by: Mapped[str]
    most: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)

    line: Mapped[LineItem] = relationship()

    @property
    def left(self) -> int:
        """How often it still works; 0 once it has ended."""
        return max(self.most - self.used, 0) if self.ends_at > now() else 0


class Download(Base):
    """Who took what and when: a row is never changed, because it is evidence in a dispute.

    `ip`, `user_agent`: of the browser. `file_name`, `file_hash` (SHA-256), `size` (bytes): of what was handed over.
    """

    __tablename__ = "downloads"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ip: Mapped[str]
    user_agent: Mapped[str]
    file_name: Mapped[str]
    file_hash: Mapped[str]
    size: Mapped[int]

    line: Mapped[LineItem] = relationship()


def links_of(session: Session, order_id: int) -> list[DownloadLink]:
    """The newest link of each line, in the order of the lines."""
    wanted = select(DownloadLink).where(DownloadLink.order_id == order_id).order_by(DownloadLink.id)
    newest = {link.line_id: link for link in session.scalars(wanted)}
    return sorted(newest.values(), key=lambda link: link.line.position)


def links_of_buyer(session: Session, buyer_id: int, most: int) -> list[DownloadLink]:
    """The newest link of each line of the buyer's orders: at most so many, the last made first."""
    newest = (
        select(func.max(DownloadLink.id))
        .join(Order, Order.id == DownloadLink.order_id)
        .where(Order.buyer_id == buyer_id)
        .group_by(DownloadLink.line_id)
    )
    wanted = select(DownloadLink).where(DownloadLink.id.in_(newest)).order_by(DownloadLink.id.desc()).limit(most)
    return list(session.scalars(wanted))


def downloads_of(session: Session, order_id: int) -> list[Download]:
    """Oldest first."""
    return list(session.scalars(select(Download).where(Download.order_id == order_id).order_by(Download.id)))


def count_one(session: Session, link_id: int) -> bool:
    """Use the link once more. Returns False, and counts nothing, where it has ended or is used up."""
    free = update(DownloadLink).where(
        DownloadLink.id == link_id, DownloadLink.used < DownloadLink.most, DownloadLink.ends_at > now()
    )
    return session.scalar(free.values(used=DownloadLink.used + 1).returning(DownloadLink.id)) is not None
