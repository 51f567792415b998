"""`flask reconcile`: fetch from Stripe what the shop does not know, and apply it."""

import os
import socket
from datetime import timedelta

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from storefront.cashier.draining import drain
from storefront.cashier.gateway import GatewayError
from storefront.cashier.reconciling import reconcile
from storefront.cashier.till import NOBODY_WAITS, Till, open_till
from storefront.inbox.event import EventState, StripeEvent
from storefront.web.current import settings
from storefront.web.database import engine


def own_till() -> Till:
    """A till whose leases are this command's own."""
    return open_till(settings(), engine(), NOBODY_WAITS, f"{socket.gethostname()}:{os.getpid()}")


def progress(said: str) -> None:
    """Apart from the result, so that this can be redirected."""
    click.echo(said, err=True)


@click.command("reconcile")
@click.option(
    "--restored", is_flag=True, help="The database was restored from a backup: keep letters back that were sent since."
)
@with_appcontext
def command(*, restored: bool) -> None:
    """Fetch events that did not arrive and orders that the database has lost, and apply them.

    Ends with 0 if everything was understood, with 1 if an event could not be applied or Stripe could not be read.
    """
    till = own_till()
    try:
        found = reconcile(till, grace=timedelta(), restored=restored, say=progress)
    except GatewayError as error:
        raise click.ClickException(
            f"Stripe could not be read to the end: {error} Run it again; nothing is done twice."
        ) from error
    drain(till, progress)
    for number in found.brought_back:
        click.echo(f"Order {number} was brought back from Stripe.")
    with till.sessions() as session:
        stuck = session.scalars(
            select(func.count()).select_from(StripeEvent).where(StripeEvent.state == EventState.FAILED)
        ).one()
    click.echo(f"{found.pulled:,} events fetched, {len(found.brought_back):,} orders brought back.")
    if stuck:
        raise click.ClickException(f"{stuck:,} events could not be applied: see /backoffice/events?state=failed.")
