"""`flask catalog`: products in and out."""

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from storefront.catalog.exporting import HEADER, rows
from storefront.catalog.file import FileError, attach
from storefront.catalog.importing.applying import Applying, Outcome
from storefront.catalog.importing.file import judged
from storefront.catalog.importing.folder import from_folder
from storefront.catalog.importing.reading import UnusableFileError
from storefront.catalog.importing.sheet import Judged
from storefront.catalog.product import Kind, Product, Variant
from storefront.stock.counting import counted
from storefront.stock.level import on_hand
from storefront.web.current import settings
from storefront.web.database import session

commands = AppGroup("catalog", help="Products in and out.")
BATCH = 50
"""Products in one transaction: few enough that no buyer waits for an import."""
PROGRESS = 2.0
UNUSABLE = 2


@dataclass(slots=True)
class Tally:
    """How many products were created, updated, unchanged and refused, and how many warnings there were."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("created", "updated", "unchanged", "refused"), 0)
    )
    warnings: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one product."""
        self.counts[outcome.word] += 1
        self.warnings += len(outcome.judged.warnings)

    def __str__(self) -> str:
        said = ", ".join(f"{count:,} {word}" for word, count in self.counts.items())
        return f"{sum(self.counts.values()):,} products: {said}; {self.warnings:,} warnings."


@commands.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--stock",
    is_flag=True,
    help="Also set the stock of variants that have been counted before to the file's quantities.",
)
@click.option(
    "--images", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Take pictures from this folder."
)
@click.option("--quiet", is_flag=True, help="Only tell of refused products, warnings and the sum.")
def import_file(file: Path, *, stock: bool, images: Path | None, quiet: bool) -> None:
    """Read products from FILE, in Shopify's CSV columns.

    Each product is put in wholly or not at all; products that the file does not name stay as they are. Ends with 0 if
    all went well, with 1 if products were refused, with 2 if the file cannot be used.
    """
    picture = from_folder(images, lambda said: click.echo(f"picture  {said}")) if images else None
    applying = Applying(settings().currency, counted, recount=stock, picture=picture)
    tally = Tally()
    try:
        for outcome in run(file, applying):
            tally.add(outcome)
            tell(outcome, quiet=quiet)
    except UnusableFileError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNUSABLE)
    if not sum(tally.counts.values()):
        click.echo(f"Error: there is no product in {file}, only the first line.", err=True)
        sys.exit(UNUSABLE)
    click.echo(str(tally))
    sys.exit(1 if tally.counts["refused"] else 0)


@commands.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export_file(file: Path) -> None:
    """Write every product to FILE, in Shopify's CSV columns, so that it can be imported here or there."""
    unfinished = file.with_name(f"{file.name}.part")
    count = 0
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, HEADER, restval="")
            writer.writeheader()
            for row in rows(session(), on_hand):
                writer.writerow(row)
                count += "Title" in row
        unfinished.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"{count:,} products are in {file}.")


def run(file: Path, applying: Applying) -> Iterator[Outcome]:
    """Import batch by batch, each committed before the next is read.

    Raises UnusableFileError before anything is changed.
    """
    products = judged(file, applying.currency)
    done, told = 0, time.monotonic()
    while batch := list(islice(products, _size(applying))):
        outcomes = applying.apply(session(), batch)
        session().commit()
        session().expunge_all()
        yield from outcomes
        done += len(batch)
        if sys.stderr.isatty() and time.monotonic() - told > PROGRESS:
            click.echo(f"... line {batch[-1].line:,}, {done:,} products", err=True)
            told = time.monotonic()


def _size(applying: Applying) -> int:
    """Recounting locks stock that buyers want, and pictures take long: one product at a time stands in nobody's way."""
    return 1 if applying.recount or applying.picture is not None else BATCH


def tell(outcome: Outcome, *, quiet: bool) -> None:
    """A line for the product, and one for each thing to know about it, with the line of the file."""
    one = outcome.judged
    if outcome.word == "refused":
        click.echo(f"line {one.line}  {one.handle or '(no handle)'}  refused")
    elif not quiet:
        click.echo(f"line {one.line}  {one.handle}  {outcome.word}{_size_of(one)}")
    elif one.warnings:
        click.echo(f"line {one.line}  {one.handle}  {outcome.word}")
    for line, text in one.refusals:
        click.echo(f"  line {line}: {text}")
    for line, text in one.warnings:
        click.echo(f"  line {line}: warning: {text}")


def _size_of(one: Judged) -> str:
    if one.sheet is None:
        return ""
    variants, images = len(one.sheet.variants), len(one.sheet.images)
    parts = [f"{variants} variants"] if variants > 1 else []
    parts += [f"{images} picture{'s' if images > 1 else ''}"] if images else []
    return f"  ({', '.join(parts)})" if parts else ""


@commands.command("attach")
@click.argument("handle")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--sku", default="", help="Of the one variant that it is for; else it is for all of the product's.")
def attach_file(handle: str, file: Path, sku: str) -> None:
    """Let FILE be what buyers of the digital product HANDLE download, from now on and of earlier orders too."""
    variants = session().scalars(select(Variant).join(Product).where(Product.handle == handle, Variant.active)).all()
    wanted = [variant for variant in variants if not sku or variant.sku == sku]
    if not wanted:
        raise click.ClickException(f"There is no product '{handle}'" + (f" with the SKU {sku}." if sku else "."))
    if wanted[0].product.kind != Kind.DIGITAL:
        raise click.ClickException(f"'{handle}' is sent by post. Only a digital product has a file to download.")
    try:
        for variant in wanted:
            kept = attach(session(), variant, file.name, file.read_bytes())
    except FileError as error:
        raise click.ClickException(str(error)) from error
    session().commit()
    click.echo(f"{kept.name} ({kept.size:,} bytes) is what buyers of {wanted[0].product.title} download.")
