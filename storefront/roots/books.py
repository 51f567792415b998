"""`flask books`: ours against Stripe's, and the month's ledger for the accountant."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from storefront.cashier.checking import Checked, check, write_down
from storefront.cashier.gateway import GatewayError
from storefront.cashier.till import Till
from storefront.money import Money
from storefront.reports.accounting import NoMonthError, lines
from storefront.reports.books import SUMS, Totals
from storefront.reports.check import DAYS, BooksCheck
from storefront.roots.reconcile import own_till, progress
from storefront.web.database import session


@click.command("books")
@click.option("--repair", is_flag=True, help="Settle what differs; entries of the ledger are never rewritten.")
@click.option("--days", type=click.IntRange(1, 3650), default=DAYS, show_default=True, help="How far back.")
@click.option("--csv", "month", metavar="MONTH", help="Instead write the ledger of a month such as 2026-11 as CSV.")
@click.option(
    "--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="The CSV's file, else the terminal."
)
@with_appcontext
def command(*, repair: bool, days: int, month: str | None, file: Path | None) -> None:
    """Compare every order, payment and refund with Stripe.

    Ends with 0 if there is no difference (left), with 1 if there is one, or Stripe could not be read.
    """
    if month:
        _export(month, file)
        return
    till = own_till()
    try:
        checked = check(till, days, repair=repair, say=progress)
    except GatewayError as error:
        raise click.ClickException(f"Stripe could not be read to the end: {error} Run it again.") from error
    _keep(till, days, checked, repair=repair)
    _tell(checked, repair=repair)


def _keep(till: Till, days: int, checked: Checked, *, repair: bool) -> None:
    row = BooksCheck(asked_by="flask books", days=days, repair=repair)
    write_down(row, checked)
    with till.sessions.begin() as writing:
        writing.add(row)


def _tell(checked: Checked, *, repair: bool) -> None:
    for one in checked.left.differences:
        click.echo(one.words)
    for line in told(checked.left.totals):
        click.echo(line)
    left = len(checked.left.differences)
    if repair:
        click.echo(f"{len(checked.found.differences):,} differences found, {checked.repaired:,} repaired.")
    if left:
        raise click.ClickException(f"{left:,} differences in {checked.left.orders:,} orders.")
    click.echo(f"No difference in {checked.left.orders:,} orders.")


def told(totals: Totals) -> list[str]:
    """A line for each currency and sum."""
    return [
        f"{name} {currency.upper()}: ours {Money(sides['ours'][name], currency)}, Stripe's {Money(sides['theirs'][name], currency)}"
        for currency, sides in sorted(totals.items())
        for name in SUMS
    ]


def _export(month: str, file: Path | None) -> None:
    try:
        text = "".join(lines(session(), month))
    except NoMonthError as error:
        raise click.ClickException(str(error)) from error
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, newline="")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"The ledger of {month} is in {file}.")
