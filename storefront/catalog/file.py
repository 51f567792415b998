"""Files that are sold: what a buyer of a digital product downloads."""

import hashlib
import mimetypes
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from storefront.catalog import version
from storefront.catalog.product import Variant
from storefront.clock import now
from storefront.db import Base, UTCDateTime

MOST_BYTES = 32 * 1024 * 1024
LONGEST_NAME = 120
TYPES = (
    "application/pdf",
    "application/zip",
    "application/epub+zip",
    "audio/mpeg",
    "video/mp4",
    "image/png",
    "image/jpeg",
)
"""Told to browsers as they are; every other file is only bytes. All are saved, never opened here."""


class FileError(ValueError):
    """It cannot be sold; the message is a sentence for people."""


class DigitalFile(Base):
    """The file of one variant. `name`: as it is saved at the buyer's. `hash`: SHA-256 of `content`; `size`: its bytes."""

    __tablename__ = "digital_files"

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]
    hash: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def content_type(self) -> str:
        """By the ending of its name, as far as a browser can be trusted with it."""
        guessed = mimetypes.guess_type(self.name)[0] or ""
        return guessed if guessed in TYPES else "application/octet-stream"


def attach(session: Session, variant: Variant, name: str, content: bytes) -> DigitalFile:
    """Let buyers of the flushed `variant`, those of the past too, download this from now on. Raises FileError."""
    plain = _plain(name)
    if not content:
        raise FileError(f"{plain} is empty.")
    if len(content) > MOST_BYTES:
        raise FileError(f"{plain} is larger than {MOST_BYTES // 1024 // 1024} MB.")
    file = file_of(session, variant.id) or DigitalFile(variant_id=variant.id)
    file.name, file.hash, file.size = plain, hashlib.sha256(content).hexdigest(), len(content)
    if file not in session or session.is_modified(file):
        file.content, file.uploaded_at = content, now()
    session.add(file)
    if not variant.has_file:
        variant.has_file = True
        version.move(session)
    session.flush()
    return file


def file_of(session: Session, variant_id: int) -> DigitalFile | None:
    """Without its bytes, which are read when they are asked for."""
    return session.get(DigitalFile, variant_id)


def files_of(session: Session, product_id: int) -> dict[int, DigitalFile]:
    """By variant id."""
    wanted = select(DigitalFile).join(Variant).where(Variant.product_id == product_id)
    return {file.variant_id: file for file in session.scalars(wanted)}


def detach(session: Session, variant: Variant) -> None:
    """Nobody can download it any more, and it is announced again instead of sold."""
    file = file_of(session, variant.id)
    if file is not None:
        session.delete(file)
    variant.has_file = False
    version.move(session)


def _plain(name: str) -> str:
    """A name without a path and without signs that a header or a file system might stumble over."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(sign for sign in last if sign.isalnum() or sign in " ._-()+,&'").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    short = f"{stem[: LONGEST_NAME - 12]}{dot}{ending[:10]}" if dot else kept[:LONGEST_NAME]
    return short or "download"
