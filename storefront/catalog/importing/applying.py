"""Putting judged products into the catalogue: found again by handle and options, changed only where they differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session, selectinload

from storefront.catalog import search, version
from storefront.catalog.image import ProductImage
from storefront.catalog.importing.sheet import Judged, ProductSheet, VariantSheet
from storefront.catalog.product import Product, Variant


class Counting(Protocol):
    """What the stock room does with a quantity from a file: see stock.counting."""

    def __call__(
        self, session: Session, variant: Variant, quantity: int | None, *, oversell: bool, again: bool
    ) -> bool:
        """Count a flushed variant; None: it is not counted.

        `again`: also if it has been counted before. Returns whether anything changed.
        """


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one product: `word` is created, updated, unchanged or refused."""

    judged: Judged
    word: str


@dataclass(frozen=True, slots=True)
class Applying:
    """`currency`: the store's.

    `recount`: reset stock that has been counted already. `picture`: called with each new picture.
    """

    currency: str
    counting: Counting
    recount: bool = False
    picture: Callable[[Session, ProductImage], None] | None = None

    def apply(self, session: Session, batch: Sequence[Judged]) -> list[Outcome]:
        """Put these products in, each wholly or not at all. The caller commits."""
        try:
            with session.begin_nested():
                return self._put_all(session, batch)
        except (IntegrityError, DataError):
            return [self._one(session, judged) for judged in batch]

    def _one(self, session: Session, judged: Judged) -> Outcome:
        try:
            with session.begin_nested():
                return self._put_all(session, [judged])[0]
        except (IntegrityError, DataError) as error:
            judged.refusals.append((judged.line, f"the database refused it: {str(error.orig).splitlines()[0][:200]}"))
            return Outcome(judged, "refused")

    def _put_all(self, session: Session, batch: Iterable[Judged]) -> list[Outcome]:
        sheets = {judged.handle: judged.sheet for judged in batch if judged.sheet is not None and not judged.refusals}
        known = _known(session, list(sheets))
        before = set(known)
        with session.no_autoflush:
            for handle, sheet in sheets.items():
                known[handle] = self._put(session, known.get(handle), sheet)
            changed = {handle for handle, product in known.items() if _changed(session, product)}
            session.flush()
            for handle in changed:
                search.index(session, known[handle])
            recounted = {handle for handle, sheet in sheets.items() if self._count(session, known[handle], sheet)}
        if changed:
            version.move(session)
        return [Outcome(judged, _word(judged, before, changed | recounted)) for judged in batch]

    def _put(self, session: Session, product: Product | None, sheet: ProductSheet) -> Product:
        if product is None:
            product = Product(handle=sheet.handle, variants=[], images=[])
            session.add(product)
        product.title, product.kind = sheet.title, sheet.kind
        product.option1, product.option2, product.option3 = sheet.option_names
        for column, name in (("body", "description"), ("type", "product_type"), ("vendor", "vendor"), ("tags", "tags")):
            if column in sheet.texts:
                setattr(product, name, sheet.texts[column])
        for name in ("seo_title", "seo_description"):
            if name in sheet.texts:
                setattr(product, name, sheet.texts[name])
        if sheet.status is not None:
            product.status = sheet.status
        if sheet.published is not None:
            product.published = sheet.published
        if sheet.has_images:
            self._put_images(session, product, sheet)
        self._put_variants(product, sheet)
        return product

    def _put_images(self, session: Session, product: Product, sheet: ProductSheet) -> None:
        known = {image.source: image for image in product.images}
        wanted = {image.source for image in sheet.images}
        for gone in [one for one in product.images if one.source not in wanted]:
            product.images.remove(gone)
        for told in sheet.images:
            image = known.get(told.source)
            if image is None:
                image = ProductImage(source=told.source, alt=told.alt or sheet.title, position=told.position)
                product.images.append(image)
                if self.picture is not None:
                    self.picture(session, image)
            image.position = told.position
            image.alt = told.alt or sheet.title

    def _put_variants(self, product: Product, sheet: ProductSheet) -> None:
        by_options = {(variant.option1, variant.option2, variant.option3): variant for variant in product.variants}
        free = [
            variant
            for options, variant in by_options.items()
            if options not in {told.options for told in sheet.variants}
        ]
        images = {image.source: image for image in product.images}
        kept = set()
        for position, told in enumerate(sheet.variants, start=1):
            variant = by_options.get(told.options) or _by_sku(free, told.sku)
            if variant is None:
                variant = Variant()
                product.variants.append(variant)
            elif variant in free:
                free.remove(variant)
            self._fill(variant, told, position)
            if sheet.has_plans:
                variant.sell_by(told.plan)
            if sheet.has_images and variant.image is not images.get(told.image):
                variant.image = images.get(told.image)
            kept.add(variant)
        for variant in product.variants:
            if variant not in kept:
                variant.active = False

    def _fill(self, variant: Variant, told: VariantSheet, position: int) -> None:
        variant.option1, variant.option2, variant.option3 = told.options
        variant.position, variant.active = position, True
        variant.sku, variant.barcode, variant.grams = told.sku, told.barcode, told.grams
        variant.price, variant.compare_at, variant.currency = told.price, told.compare_at, self.currency
        variant.requires_shipping, variant.oversell = told.ships, told.oversell
        variant.tracked = told.quantity is not None

    def _count(self, session: Session, product: Product, sheet: ProductSheet) -> bool:
        by_options = {(variant.option1, variant.option2, variant.option3): variant for variant in product.variants}
        told = sorted(sheet.variants, key=lambda one: by_options[one.options].id)
        counted = [
            self.counting(session, by_options[one.options], one.quantity, oversell=one.oversell, again=self.recount)
            for one in told
        ]
        return any(counted)


def _known(session: Session, handles: Sequence[str]) -> dict[str, Product]:
    loaded = (
        selectinload(Product.variants).options(selectinload(Variant.image), selectinload(Variant.plan)),
        selectinload(Product.images),
    )
    found = session.scalars(
        select(Product).where(Product.handle.in_(handles)).options(*loaded).execution_options(populate_existing=True)
    )
    return {product.handle: product for product in found}


def _by_sku(free: Sequence[Variant], sku: str | None) -> Variant | None:
    return next((variant for variant in free if sku and variant.sku == sku), None)


def _changed(session: Session, product: Product) -> bool:
    plans = [variant.plan for variant in product.variants if variant.plan is not None]
    rows = (product, *product.variants, *product.images, *plans)
    return any(row in session.new or session.is_modified(row) for row in rows)


def _word(judged: Judged, before: set[str], changed: set[str]) -> str:
    if judged.refusals:
        return "refused"
    if judged.handle not in before:
        return "created"
    return "updated" if judged.handle in changed else "unchanged"
