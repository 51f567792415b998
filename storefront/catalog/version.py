"""The catalogue's version: one number that moves when anything a catalogue page shows has changed."""

from sqlalchemy import event, select, update
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from storefront.db import Base

MOVED = "catalog version moved"


class CatalogVersion(Base):
    """One row, id 1."""

    __tablename__ = "catalog_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=1)


def current(session: Session) -> int:
    """The version that pages made from this transaction's data carry."""
    return session.scalar(select(CatalogVersion.number)) or 0


def move(session: Session) -> None:
    """To be called by whoever changes text, price, picture, place or the word shown for a stock.

    The row is written just before the commit: everybody who changes the catalogue wants it, and whoever holds it must
    not wait for anything else.
    """
    session.info[MOVED] = True


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.pop(MOVED, False):
        return
    moved = session.execute(
        update(CatalogVersion).values(number=CatalogVersion.number + 1).returning(CatalogVersion.number)
    )
    if moved.first() is None:
        session.add(CatalogVersion(id=1, number=1))
        session.flush()


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous_transaction: SessionTransaction) -> None:
    if not previous_transaction.nested:
        session.info.pop(MOVED, None)
