"""The staff's own timeline: who let whom in, and who took what away. Rows are never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime


class StaffEntry(Base):
    """`member_id`: whom it is about. `by`: who did it, a member's name or the command. `text`: a sentence."""

    __tablename__ = "staff_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    by: Mapped[str]
    text: Mapped[str]


def write(session: Session, member_id: int, by: str, text: str) -> None:
    """One more line."""
    session.add(StaffEntry(member_id=member_id, by=by, text=text))


def entries(session: Session, most: int = 50) -> list[StaffEntry]:
    """Newest first."""
    return list(session.scalars(select(StaffEntry).order_by(StaffEntry.id.desc()).limit(most)))
