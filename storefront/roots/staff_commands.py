"""`flask staff`: who may open the back office."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select

from storefront.staff import password as passwords
from storefront.staff.entry import write
from storefront.staff.invitation import GOOD_FOR, invite, set_password
from storefront.staff.member import Member, MemberExistsError, is_address, member_with
from storefront.staff.role import Role
from storefront.staff.second_factor import remove
from storefront.staff.signed_in import end_sessions
from storefront.staff.team import hire
from storefront.web.address import absolute
from storefront.web.database import session

BY = "flask staff"
commands = AppGroup("staff", help="Who may open the back office.")


def _member(email: str) -> Member:
    member = member_with(session(), email)
    if member is None:
        raise click.ClickException(f"There is no account with the address {email}. See: flask staff list")
    return member


def _print_link(member: Member) -> None:
    link = absolute(f"/backoffice/invitations/{invite(member)}")
    session().commit()
    hours = int(GOOD_FOR.total_seconds() // 3600)
    click.echo(f"{member.name} sets a password here, once and within {hours} hours:\n{link}")


@commands.command("add")
@click.argument("email")
@click.option("--name", default="", help="As it stands in the timeline of orders.")
@click.option(
    "--role", type=click.Choice([*Role]), default=Role.OWNER, show_default=True, help="What the person may do."
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of printing a link."
)
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Give a person an account and print a link to choose a password.

    An account that exists already is left as it is.
    """
    if not is_address(email):
        raise click.ClickException(f"'{email}' is not an e-mail address.")
    chosen = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and (fault := passwords.weakness(chosen, email, name)):
        raise click.ClickException(fault)
    try:
        member = hire(session(), email, name, Role(role), BY)
    except MemberExistsError:
        click.echo(
            f"{email} has an account already; nothing was changed. For a new password: flask staff invite {email}"
        )
        return
    if not password_stdin:
        _print_link(member)
        return
    set_password(session(), member, passwords.hashed(chosen))
    session().commit()
    click.echo(f"{member.name} <{member.email}> can sign in.")


@commands.command("invite")
@click.argument("email")
@click.option("--without-second-factor", is_flag=True, help="Also forget a lost authenticator app.")
def invite_again(email: str, without_second_factor: bool) -> None:
    """Print a link to choose a new password. Links from before stop working."""
    member = _member(email)
    if without_second_factor:
        remove(session(), member.id)
        end_sessions(session(), member.id)
    _print_link(member)


@commands.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Close an account. Every session of it ends at once; what the person did stays in the records."""
    member = _member(email)
    member.active = False
    end_sessions(session(), member.id)
    write(session(), member.id, BY, f"{member.name} was seen out; every session ended.")
    session().commit()
    click.echo(f"{member.name} <{member.email}> cannot sign in any more.")


@commands.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Open a closed account again."""
    member = _member(email)
    member.active = True
    write(session(), member.id, BY, f"{member.name} was let in again as {member.role}.")
    session().commit()
    click.echo(f"{member.name} <{member.email}> can sign in again.")


@commands.command("list")
def list_members() -> None:
    """Everybody who has an account."""
    for member in session().scalars(select(Member).order_by(Member.email)):
        state = "disabled" if not member.active else "invited" if not member.password_hash else "active"
        factor = "second factor" if member.totp_secret else "password only"
        click.echo(f"{member.email:40} {member.name:24} {state:9} {member.role:7} {factor}")
