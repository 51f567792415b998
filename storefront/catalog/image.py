"""Pictures: where they came from, and their re-encoded bytes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.work import Work


class ImageState(StrEnum):
    """Of a picture named by its address."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class ProductImage(Work, Base):
    """A product's picture. `source`: the address or file name it was imported from.

    `media_hash`, `small_hash`: once fetched.
    """

    __tablename__ = "product_images"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(default="")
    alt: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=ImageState.WAITING)
    media_hash: Mapped[str | None] = mapped_column(ForeignKey("media.hash"))
    small_hash: Mapped[str | None] = mapped_column(ForeignKey("media.hash"))

    __table_args__ = (
        Index(
            "ix_product_images_waiting",
            "next_try",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class Media(Base):
    """Re-encoded picture bytes under the SHA-256 of themselves, served at `/media/<hash>`."""

    __tablename__ = "media"

    hash: Mapped[str] = mapped_column(primary_key=True)
    content_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
