"""Links that sign a buyer in: asked for by anybody, sent only to who has bought, good once.

Asking writes the same row whoever is named; whether the address is known is looked up later, by the worker. So neither
the answer nor its time tells.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Index, delete, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.buyers.buyer import Buyer, known_buyer, plain
from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.work import Work

LIFE = timedelta(minutes=10)
KEPT = timedelta(days=1)


class SignInLink(Work, Base):
    """`name`: 128 random bits; a letter carries it with its mark. `answered`: the worker has seen to it."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(16))
    email: Mapped[str] = mapped_column(index=True)
    answered: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index(
            "ix_sign_in_links_due", "next_try", sqlite_where=text("NOT answered"), postgresql_where=text("NOT answered")
        ),
        Index("ix_sign_in_links_ends_at", "ends_at"),
    )


def ask(session: Session, email: str) -> None:
    """Somebody wants a link for this address. Rows that ended long ago are forgotten."""
    moment = now()
    session.execute(delete(SignInLink).where(SignInLink.ends_at < moment - KEPT))
    session.add(SignInLink(email=plain(email), ends_at=moment + LIFE))


def answer(session: Session, link: SignInLink) -> Buyer | None:
    """The buyer to write to. Of an address that nobody has bought with, nothing is kept."""
    buyer = known_buyer(session, link.email)
    if buyer is None:
        session.delete(link)
        return None
    link.answered = True
    link.done_with()
    return buyer


def use(session: Session, name: str) -> Buyer | None:
    """The buyer whom the link signs in: once, in time. Every other link of the address ends with it."""
    moment = now()
    open_ones = (SignInLink.used_at.is_(None), SignInLink.ends_at > moment)
    used = update(SignInLink).where(SignInLink.name == name, SignInLink.answered, *open_ones).values(used_at=moment)
    email = session.scalar(used.returning(SignInLink.email), execution_options={"synchronize_session": False})
    buyer = known_buyer(session, email) if email is not None else None
    if buyer is not None:
        others = update(SignInLink).where(SignInLink.email == buyer.email, *open_ones).values(used_at=moment)
        session.execute(others, execution_options={"synchronize_session": False})
        buyer.verified_at = moment
    return buyer
