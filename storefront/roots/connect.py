"""`flask connect`: check the key and make at Stripe what the shop needs there, its webhook endpoint and the customer portal."""

import click
from flask.cli import with_appcontext

from storefront.cashier.event_types import EVENTS
from storefront.cashier.gateway import Gateway, GatewayError, Trouble, api_version
from storefront.cashier.portal_terms import mend_portal
from storefront.cashier.till import NOBODY_WAITS, Till, open_till
from storefront.settings import Settings
from storefront.web.current import settings
from storefront.web.database import engine


@click.command("connect")
@with_appcontext
def connect() -> None:
    """Check the Stripe key, create or mend the webhook endpoint and the customer portal."""
    house = settings()
    till = open_till(house, engine(), NOBODY_WAITS)
    gateway = till.gateway
    try:
        _account(gateway, house)
        _endpoint(gateway, house)
        _portal(till)
    except GatewayError as error:
        raise click.ClickException(_advice(error)) from error


def _account(gateway: Gateway, house: Settings) -> None:
    account = gateway.account()
    mode = "LIVE" if house.livemode else "test"
    click.echo(f"Key: {mode} mode, account {account['id']}.")
    if house.livemode and not account.get("charges_enabled", True):
        click.echo(
            "Stripe does not let this account take payments yet: finish its set-up in the Stripe Dashboard.", err=True
        )


def _endpoint(gateway: Gateway, house: Settings) -> None:
    url = f"{house.site_url}/webhooks/stripe"
    existing = next((one for one in gateway.endpoints() if one["url"] == url), None)
    if existing is None:
        made = gateway.create_endpoint({"url": url, "enabled_events": EVENTS, "api_version": api_version()})
        click.echo(f"Webhook endpoint {made['id']} made for {url}.")
        click.echo(f"Put its secret into the settings, it is shown this once:\nSTRIPE_WEBHOOK_SECRET={made['secret']}")
        return
    missing = [] if "*" in existing["enabled_events"] else sorted(set(EVENTS) - set(existing["enabled_events"]))
    if missing or existing["status"] != "enabled":
        gateway.update_endpoint(
            existing["id"], {"enabled_events": sorted({*existing["enabled_events"], *EVENTS}), "disabled": False}
        )
        click.echo(
            f"Webhook endpoint {existing['id']} mended: it was {existing['status']} and lacked {', '.join(missing) or 'nothing'}."
        )
    else:
        click.echo(f"Webhook endpoint {existing['id']}: enabled, with every event that the shop needs.")
    if not house.stripe_webhook_secrets:
        raise click.ClickException(
            "STRIPE_WEBHOOK_SECRET is not set. Copy the endpoint's secret from the Stripe Dashboard into the settings."
        )


def _portal(till: Till) -> None:
    portal, done = mend_portal(till)
    words = {"made": "made", "mended": "brought up to the plans on sale", "kept": "as it should be"}
    click.echo(f"Customer portal: configuration {portal} {words[done]}.")


def _advice(error: GatewayError) -> str:
    if error.trouble == Trouble.UNAUTHORISED:
        return f"Stripe does not accept the key: {error} Check STRIPE_SECRET_KEY and, for a restricted key, its permissions."
    if error.trouble == Trouble.UNREACHABLE:
        return "Stripe cannot be reached. Check the network of this machine and try again."
    return f"Stripe refused: {error}"
