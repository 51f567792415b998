"""`flask demo`: fills the shop that ships with the software, or what an empty shop needs before its first product."""

import json
import re
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cart.shipping import countries, replace_rates
from storefront.catalog import page, pictures, shelving
from storefront.catalog.cleaning import clean
from storefront.catalog.file import attach
from storefront.catalog.image import ProductImage
from storefront.catalog.importing.applying import Applying
from storefront.catalog.product import Product
from storefront.money import exponent, quantum
from storefront.roots.catalog_commands import Tally, run
from storefront.stock.counting import counted
from storefront.web.current import settings
from storefront.web.database import session

FOLDER = Path(__file__).resolve().parents[2] / "demo"
EMPTY_TEXTS = {
    "terms": ("Terms", "This shop has not published its terms yet. Ask the shop before you order."),
    "privacy": (
        "Privacy",
        "This shop has not published its privacy policy yet. It keeps what is needed to deliver your order.",
    ),
    "refunds": (
        "Returns and refunds",
        "This shop has not published its refund policy yet. Your rights by law hold all the same.",
    ),
    "imprint": ("Imprint", "This shop has not published yet who runs it."),
}
EMPTY_RATES = [{"country": "*", "name": "Standard delivery", "amount": 1000, "min_days": 2, "max_days": 10}]


@click.command("demo")
@click.option(
    "--empty", is_flag=True, help="No products: only a shipping rate and placeholder texts, where there are none."
)
@with_appcontext
def demo(*, empty: bool) -> None:
    """Fill the demonstration shop. Again changes only what differs, and never counted stock."""
    if empty:
        start_empty()
        return
    if settings().livemode:
        raise click.ClickException(
            "The demonstration shop is not filled with a live key. Import your own: flask catalog import FILE"
        )
    fill()


def fill() -> None:
    """Products, collections, shipping and texts of the demonstration shop."""
    house = settings()
    tally = Tally()
    for outcome in run(FOLDER / "products.csv", Applying(house.currency, counted, picture=_pictured)):
        tally.add(outcome)
        for line, reason in outcome.judged.refusals:
            raise click.ClickException(f"{FOLDER / 'products.csv'}, line {line}: {reason}")
    click.echo(str(tally))
    for file in sorted((FOLDER / "files").iterdir()):
        _attach(file)
    shelves = _json("collections.json")
    for position, shelf in enumerate(shelves):
        description = clean(shelf["description"])
        shelving.put(session(), shelf["handle"], shelf["title"], description, shelf["products"], position)
    _ship(_json("shipping.json"))
    texts = sorted((FOLDER / "pages").glob("*.html"))
    for text in texts:
        publish(text.stem, text.read_text(encoding="utf-8"))
    session().commit()
    click.echo(f"{len(shelves)} collections, {len(texts)} texts and the shipping rates are in place.")


def _pictured(database: Session, image: ProductImage) -> None:
    """Both sizes lie here as they are served: encoding them took most of a first start."""
    large, small = (pictures.as_it_is((FOLDER / size / image.source).read_bytes()) for size in ("images", "small"))
    pictures.keep(database, image, (large, small))


def _attach(file: Path) -> None:
    """A file of the demonstration, named by its product's handle."""
    product = session().scalars(select(Product).where(Product.handle == file.stem)).one()
    for variant in product.variants:
        attach(session(), variant, file.name, file.read_bytes())


def start_empty() -> None:
    """A rate to everywhere and placeholder texts, so that an order can be placed; what is there is left alone."""
    database = session()
    for slug, (title, text) in EMPTY_TEXTS.items():
        if page.current(database, slug) is None:
            page.publish(database, slug, title, clean(text))
    if not countries(database):
        _ship(EMPTY_RATES)
    database.commit()
    click.echo("The shop has its texts and a shipping rate. Next: flask catalog import FILE")


def publish(slug: str, html: str) -> bool:
    """Make an HTML file, whose first heading is its title, the text that is shown. Returns False if it is already."""
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL | re.IGNORECASE)
    title = re.sub(r"<[^>]*>", "", heading[1]).strip() if heading else slug.capitalize()
    return page.publish(session(), slug, title, clean(html.replace(heading[0], "") if heading else html))


def _ship(rates: list[dict[str, Any]]) -> None:
    """The file's amounts are hundredths; some currencies have none, or thousandths."""
    currency = settings().currency
    step = quantum(currency)
    scaled = [{**rate, "amount": rate["amount"] * 10 ** exponent(currency) // 100 // step * step} for rate in rates]
    replace_rates(session(), scaled, currency)


def _json(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found
