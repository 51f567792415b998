"""The team: letting somebody in, changing what they may do, and seeing them out; there is always an owner left."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.staff import entry
from storefront.staff.member import Member, add_member
from storefront.staff.role import Role
from storefront.staff.signed_in import end_sessions


class LastOwnerError(Exception):
    """Nobody would be left who may let others in."""


def team(session: Session) -> list[Member]:
    """Those who may come in first, then by name."""
    return list(session.scalars(select(Member).order_by(Member.active.desc(), Member.name, Member.id)))


def hire(session: Session, email: str, name: str, role: Role, by: str) -> Member:
    """A new member, who has no password yet. Raises MemberExistsError."""
    member = add_member(session, email, name, role)
    entry.write(session, member.id, by, f"{member.name} <{member.email}> was let in as {role}.")
    return member


def let_in_again(session: Session, member: Member, by: str) -> None:
    """Somebody who was seen out comes back; the password from before does not."""
    if not member.active:
        member.active, member.password_hash = True, ""
        entry.write(session, member.id, by, f"{member.name} was let in again as {member.role}.")


def change_role(session: Session, member: Member, role: Role, by: str) -> None:
    """From the next click on. Raises LastOwnerError."""
    if role == member.role:
        return
    if role != Role.OWNER:
        _leave_an_owner(session, member)
    entry.write(session, member.id, by, f"{member.name} is {role} now, and was {member.role} before.")
    member.role = role


def see_out(session: Session, member: Member, by: str) -> None:
    """The account is closed, every session and invitation ends. Raises LastOwnerError."""
    if not member.active:
        return
    _leave_an_owner(session, member)
    member.active = False
    member.invitation_hash = member.invitation_ends_at = None
    end_sessions(session, member.id)
    entry.write(session, member.id, by, f"{member.name} was seen out; every session ended.")


def _leave_an_owner(session: Session, leaving: Member) -> None:
    """All owners are locked, so that two cannot send each other away at the same moment."""
    owners = select(Member).where(Member.role == Role.OWNER).order_by(Member.id).with_for_update()
    found = session.scalars(owners.execution_options(populate_existing=True)).all()
    if leaving in found and not any(one for one in found if one is not leaving and one.active and one.password_hash):
        raise LastOwnerError
