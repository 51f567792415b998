"""`flask orders export`: every order as a line of CSV."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from storefront.reports.orders import lines
from storefront.web.database import session


@click.group("orders")
def commands() -> None:
    """Orders for other programs."""


@commands.command("export")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only those placed on this day (UTC) or later.")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="A file, else the terminal.")
@with_appcontext
def export(since: datetime | None, file: Path | None) -> None:
    """Write orders with their lines and money as CSV that is safe to open in a spreadsheet."""
    rows = lines(session(), since.replace(tzinfo=UTC) if since else None)
    if file is None:
        for row in rows:
            click.echo(row, nl=False)
        return
    count = -1
    try:
        with file.open("w", newline="") as out:
            for count, row in enumerate(rows):  # noqa: B007 - the last number is the number of orders
                out.write(row)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"{count:,} orders are in {file}.")
