"""A member of staff: one person, one account."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.staff.role import Role

MOST = 254


class Member(Base):
    """`email`: lower case, unique. `password_hash`: argon2id. `active`: false ends every session at once. `role`: a Role.

    `invitation_hash`: SHA-256 of the token in a link that sets the first or a new password, once, until
    `invitation_ends_at`. `totp_secret`: base32, of the second factor once it was proved; `totp_step`: the last 30 s
    step whose code was used.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    role: Mapped[str] = mapped_column(default=Role.OWNER, server_default=Role.OWNER)
    invitation_hash: Mapped[str | None] = mapped_column(unique=True)
    invitation_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_secret: Mapped[str] = mapped_column(default="")
    totp_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class MemberExistsError(Exception):
    """There is an account with this e-mail address already."""


def member_with(session: Session, email: str) -> Member | None:
    """The member with this address, in whatever case it is written."""
    return session.scalar(select(Member).where(Member.email == email.strip().lower()))


def is_address(email: str) -> bool:
    """Whether it can be written to, as far as that can be seen."""
    return (
        "@" in email.strip("@") and len(email) <= MOST and not any(char.isspace() or char in ",;<>" for char in email)
    )


def add_member(session: Session, email: str, name: str = "", role: Role = Role.OWNER) -> Member:
    """A new member who has no password yet. Raises MemberExistsError."""
    email = email.strip().lower()
    if member_with(session, email) is not None:
        raise MemberExistsError(email)
    member = Member(email=email, name=name.strip() or email.partition("@")[0].capitalize(), role=role)
    session.add(member)
    session.flush()
    return member
