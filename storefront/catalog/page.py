"""The shop's own texts (terms, privacy, refunds, imprint): every version is kept, because orders name the one they
were shown.
"""

from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.catalog import version
from storefront.clock import now
from storefront.db import Base, UTCDateTime


class PageText(Base):
    """One version of a text. `body`: sanitised HTML. Rows are never changed."""

    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    __table_args__ = (UniqueConstraint("slug", "version"),)


def current(session: Session, slug: str) -> PageText | None:
    """The text as it is shown today."""
    return session.scalar(select(PageText).where(PageText.slug == slug).order_by(PageText.version.desc()).limit(1))


def current_version(session: Session, slug: str) -> int:
    """The version shown today, to be frozen into an order; 0 where the store has no such text."""
    return (
        session.scalar(select(PageText.version).where(PageText.slug == slug).order_by(PageText.version.desc()).limit(1))
        or 0
    )


def versions(session: Session, slug: str) -> list[PageText]:
    """Every version there was, the newest first."""
    return list(session.scalars(select(PageText).where(PageText.slug == slug).order_by(PageText.version.desc())))


def version_of(session: Session, slug: str, number: int) -> PageText | None:
    """The text as it was then."""
    return session.scalar(select(PageText).where(PageText.slug == slug, PageText.version == number))


def titles(session: Session) -> list[tuple[str, str]]:
    """Slug and title of each text there is, by slug."""
    found = session.execute(select(PageText.slug, PageText.title).order_by(PageText.slug, PageText.version))
    newest = {slug: title for slug, title in found}  # noqa: C416 - a row is no tuple to the type checker
    return list(newest.items())


def publish(session: Session, slug: str, title: str, body: str) -> bool:
    """Make this the text that is shown.

    `body`: sanitised HTML. Returns False, and changes nothing, if it is already.
    """
    shown = current(session, slug)
    if shown is not None and (shown.title, shown.body) == (title, body):
        return False
    session.add(PageText(slug=slug, version=shown.version + 1 if shown else 1, title=title, body=body))
    session.flush()
    version.move(session)
    return True
