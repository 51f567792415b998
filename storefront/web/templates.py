"""What every template can say: money, dates, and what the shop is called."""

from datetime import UTC, datetime

from babel import Locale
from flask import Flask
from markupsafe import Markup

from storefront.money import Money
from storefront.reports.dispute_rate import percent
from storefront.settings import Settings


def money(amount: Money) -> str:
    """As the shop's readers write it."""
    return amount.format()


def _time(moment: datetime, text: str) -> Markup:
    exact = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}">{}</time>').format(exact, text)


def date(moment: datetime) -> Markup:
    """A day, as `22 November 2026`. `moment`: aware."""
    day = moment.astimezone(UTC)
    return _time(moment, f"{day.day} {day:%B %Y}")


def date_time(moment: datetime) -> Markup:
    """A minute, as `22 November 2026, 14:57 UTC`. `moment`: aware."""
    day = moment.astimezone(UTC)
    return _time(moment, f"{day.day} {day:%B %Y, %H:%M} UTC")


def plural(count: int, one: str, many: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{count:,} {one if count == 1 else many}"


def filesize(count: int) -> str:
    """`820 kB`, `1.4 MB`. `count`: bytes."""
    if count < 1_000_000:
        return f"{max(round(count / 1000), 1)} kB"
    return f"{count / 1_000_000:.1f} MB"


def country(code: str) -> str:
    """The name of the country with this ISO code; the code itself where there is none."""
    return str(Locale("en").territories.get(code, code))


def init_templates(app: Flask, settings: Settings) -> None:
    """Filters and globals. `test_mode`: no real money moves."""
    app.jinja_env.filters.update(
        money=money, date=date, datetime=date_time, plural=plural, country=country, filesize=filesize, percent=percent
    )
    app.jinja_env.globals.update(site_url=settings.site_url, test_mode=not settings.livemode)
