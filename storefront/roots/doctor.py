"""`flask doctor`: what is wrong between Stripe and the shop, in sentences."""

import click
from flask.cli import with_appcontext

from storefront.cashier.examining import examine
from storefront.roots.reconcile import own_till


@click.command("doctor")
@with_appcontext
def command() -> None:
    """Examine key, clock, webhook endpoint, secret and whether events arrive.

    Ends with 0 if all is well, with 1 if something must be done.
    """
    wrong = 0
    for finding in examine(own_till()):
        wrong += not finding.well
        click.echo(f"{'ok   ' if finding.well else 'WRONG'}  {finding.words}")
    if wrong:
        raise click.ClickException(f"{wrong} things must be looked at.")
