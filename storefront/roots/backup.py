"""`flask backup FILE` and `flask restore FILE`: everything in one file, and back, without doing anything twice."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import select

from storefront.inbox.restored import mark_restored
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.restoring import keep_back
from storefront.roots.copying import CopyError, copy_in, copy_out
from storefront.web.database import database, engine

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command("backup")
@FILE
@with_appcontext
def backup(file: Path) -> None:
    """Write the whole database to FILE while the shop goes on selling. Settings and keys are not in it: keep .env as well."""
    try:
        copy_out(engine(), file)
    except CopyError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file} holds everything of this moment, {file.stat().st_size:,} bytes. Keep it on another machine.")


@click.command("restore")
@FILE
@click.option("--yes", is_flag=True, help="Do not ask: what is in the database now is lost.")
@with_appcontext
def restore(file: Path, *, yes: bool) -> None:
    """Put FILE in the place of the database. Stop the shop and its workers first.

    The worker that is started next compares with Stripe before it does anything else, brings back what was sold since
    the backup, and repeats no charge, capture, refund or letter.
    """
    if not yes:
        click.confirm(f"All that is in the database now is replaced by {file}. Go on?", abort=True)
    try:
        copy_in(engine(), file)
    except CopyError as error:
        raise click.ClickException(str(error)) from error
    upgrade()
    kept = _mark()
    click.echo(
        f"{file} is restored. {kept:,} letters that waited in it are kept back: most likely they were sent then."
    )
    click.echo("Start the worker, or run flask reconcile: what was sold since the backup is fetched from Stripe.")


def _mark() -> int:
    """Committed before any worker can start: letters of the backup do not go out, and Stripe is asked first."""
    session = database.session()
    waiting = select(Letter).where(Letter.state.in_((LetterState.QUEUED, LetterState.SENDING)))
    letters = session.scalars(waiting).all()
    for letter in letters:
        keep_back(letter)
    mark_restored(session)
    session.commit()
    return len(letters)
