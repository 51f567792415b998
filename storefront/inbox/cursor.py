"""How far the shop has read what Stripe keeps; read again with an overlap, so that an old cursor does no harm."""

from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base, UTCDateTime


class Cursor(Base):
    """`at`: everything that Stripe made before has been read. `name`: which list."""

    __tablename__ = "cursors"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def cursor_at(session: Session, name: str) -> datetime | None:
    """None before the first reading."""
    row = session.get(Cursor, name)
    return row.at if row is not None else None


def move_cursor(session: Session, name: str, at: datetime) -> None:
    """Forward only: a reading that began earlier must not undo a later one's."""
    row = session.get(Cursor, name, with_for_update=True)
    if row is None:
        session.add(Cursor(name=name, at=at))
    else:
        row.at = max(row.at, at)
