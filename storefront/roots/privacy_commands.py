"""`flask privacy`: all that is held about an address as one file, and its erasure."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from storefront.db import reading_only
from storefront.privacy.erasing import InTheWayError, NothingHeldError, erase
from storefront.privacy.exporting import export, holds_anything
from storefront.privacy.naming import find
from storefront.web.current import settings
from storefront.web.database import engine, session
from storefront.work import wake

commands = AppGroup("privacy", help="What is held about a buyer: handed out, or erased.")
NOTHING = "Nothing is held about the address {}."


@commands.command("export")
@click.argument("email")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="The zip; else EMAIL.zip here.")
def export_person(email: str, file: Path | None) -> None:
    """Write everything that is held about EMAIL into one file: a zip with a JSON and the papers it names."""
    if not holds_anything(session(), email):
        raise click.ClickException(NOTHING.format(email))
    target = file or Path(f"{''.join(sign if sign.isalnum() or sign in '@.-_' else '_' for sign in email)}.zip")
    try:
        target.write_bytes(export(session(), email, settings()))
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written: {error.strerror}.") from error
    click.echo(f"Everything that is held about {email} is in {target}. Hand it to nobody else.")


@commands.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_person(email: str, *, yes: bool) -> None:
    """Erase who EMAIL is. Orders keep number, goods, amounts, tax, dates and country; there is no way back."""
    with reading_only(), Session(engine()) as reading:
        found = find(reading, email)
    if not yes:
        many = f"{len(found.person.orders)} orders and {len(found.person.subscriptions)} subscriptions"
        click.confirm(f"Nobody will be able to tell any more whose {many} these were. Go on?", abort=True)
    try:
        erasure = erase(session(), found, "flask privacy")
    except NothingHeldError as error:
        raise click.ClickException(NOTHING.format(email)) from error
    except InTheWayError as error:
        raise click.ClickException(f"Nothing was erased. {error}") from error
    wake(session().connection())
    told = f"Erased: {erasure.orders} orders and {erasure.subscriptions} subscriptions have no name any more."
    session().commit()
    click.echo(
        f"{told} The worker now deletes the customer at Stripe, if there is one. Backups made before still know them."
    )
