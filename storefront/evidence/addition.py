"""What staff add to the evidence: their own words for a field, and pictures of papers."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.payments.dispute import Dispute


class EvidenceText(Base):
    """`text`: instead of what the shop would write into `field`; empty: the field is left out. `by`: the member's name."""

    __tablename__ = "evidence_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"))
    field: Mapped[str]
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (UniqueConstraint("dispute_id", "field"),)


class EvidencePicture(Base):
    """A page that follows the shop's own paper in `field`. `content`: JPEG that we encoded, under its SHA-256 `hash`.

    `name`: of the file that it was, for people. `page`: counts the pages of one file.
    """

    __tablename__ = "evidence_pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"))
    field: Mapped[str]
    name: Mapped[str]
    page: Mapped[int] = mapped_column(default=1)
    hash: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (UniqueConstraint("dispute_id", "field", "hash"),)


def texts_by_staff(session: Session, dispute: Dispute) -> dict[str, EvidenceText]:
    """By field."""
    return {
        row.field: row for row in session.scalars(select(EvidenceText).where(EvidenceText.dispute_id == dispute.id))
    }


def pictures_by_staff(session: Session, dispute: Dispute) -> list[EvidencePicture]:
    """In the order in which they came, without their bytes."""
    wanted = select(EvidencePicture).where(EvidencePicture.dispute_id == dispute.id)
    return list(session.scalars(wanted.order_by(EvidencePicture.id)))


def write(session: Session, dispute: Dispute, field: str, text: str, by: str, *, written_by_shop: str) -> None:
    """Keep `text` for the field; the shop's own words need no keeping. The dispute's order: locked by the caller."""
    known = texts_by_staff(session, dispute).get(field)
    if known is not None:
        session.delete(known)
        session.flush()
    if text != written_by_shop:
        session.add(EvidenceText(dispute_id=dispute.id, field=field, text=text, by=by))


def contents(session: Session, dispute: Dispute) -> dict[str, bytes]:
    """The pictures' bytes by hash."""
    rows = session.execute(
        select(EvidencePicture.hash, EvidencePicture.content).where(EvidencePicture.dispute_id == dispute.id)
    )
    return {row.hash: row.content for row in rows}
