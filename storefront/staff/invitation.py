"""Invitations: a link that sets a password once. Nobody ever chooses a password for somebody else."""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.staff.member import Member
from storefront.staff.signed_in import end_sessions, fingerprint

GOOD_FOR = timedelta(hours=24)


def invite(member: Member) -> str:
    """The token of a new link, 256 random bits; an older one stops working."""
    token = secrets.token_urlsafe(32)
    member.invitation_hash, member.invitation_ends_at = fingerprint(token), now() + GOOD_FOR
    return token


def invite_with(member: Member, made: str) -> None:
    """`made`: the token of a new link for a letter; an older one stops working."""
    member.invitation_hash, member.invitation_ends_at = fingerprint(made), now() + GOOD_FOR


def invited(session: Session, token: str) -> Member | None:
    """Whom this token invites, if it is still good."""
    statement = select(Member).where(
        Member.invitation_hash == fingerprint(token), Member.invitation_ends_at > now(), Member.active
    )
    return session.scalar(statement.with_for_update())


def set_password(session: Session, member: Member, password_hash: str) -> None:
    """From now on this is the password; invitations and sessions from before end."""
    member.password_hash = password_hash
    member.invitation_hash = member.invitation_ends_at = None
    end_sessions(session, member.id)
