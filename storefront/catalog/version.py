"""The catalogue's version: one number that moves when anything a catalogue page shows has changed."""

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base


class CatalogVersion(Base):
    """One row, id 1."""

    __tablename__ = "catalog_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)


def current(session: Session) -> int:
    """The version that pages made from this transaction's data carry."""
    return session.scalar(select(CatalogVersion.number)) or 0


def move(session: Session) -> None:
    """To be called by whoever changes text, price, picture, place or the word shown for a stock."""
    moved = session.execute(update(CatalogVersion).values(number=CatalogVersion.number + 1).returning(CatalogVersion.number))
    if moved.first() is None:
        session.add(CatalogVersion(id=1, number=1))
        session.flush()
