"""Products out, in Shopify's columns: what this writes, an import reads back without a change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storefront.catalog.plan import Terms, WithoutCard
from storefront.catalog.product import Product, Variant
from storefront.money import Money, exponent

HEADER = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value", "Option2 Name",
    "Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Variant Compare At Price",
    "Variant Requires Shipping", "Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "SEO Title",
    "SEO Description", "Variant Image", "Status", "Plan Interval", "Plan Trial Days", "Plan Trial Card", "Plan Trial End",
    "Plan Gives",
)  # fmt: skip
BATCH = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for a formula; such a cell gets an apostrophe in front, which an import takes off again."""

OnHand = Callable[[Session, Sequence[int]], Mapping[int, int]]


def rows(session: Session, on_hand: OnHand) -> Iterator[dict[str, str]]:
    """Every product's rows, oldest first. `on_hand`: pieces by variant id, of those that are counted."""
    last = 0
    loaded = (
        selectinload(Product.variants).options(selectinload(Variant.image), selectinload(Variant.plan)),
        selectinload(Product.images),
    )
    wanted = select(Product).order_by(Product.id).limit(BATCH).options(*loaded)
    while products := session.scalars(wanted.where(Product.id > last)).all():
        last = products[-1].id
        pieces = on_hand(session, [variant.id for product in products for variant in product.variants])
        for product in products:
            yield from _rows_of(product, pieces)
        session.expunge_all()


def _rows_of(product: Product, pieces: Mapping[int, int]) -> Iterator[dict[str, str]]:
    variants = [variant for variant in product.variants if variant.active]
    for number in range(max(len(variants), len(product.images))):
        row = {"Handle": product.handle}
        if number == 0:
            row |= _of_product(product)
        if number < len(variants):
            row |= _of_variant(variants[number], pieces.get(variants[number].id))
        if number < len(product.images):
            image = product.images[number]
            row |= {"Image Src": image.source, "Image Position": str(image.position), "Image Alt Text": image.alt}
        yield {name: _safe(value) for name, value in row.items()}


def _of_product(product: Product) -> dict[str, str]:
    return {
        "Title": product.title,
        "Body (HTML)": product.description,
        "Vendor": product.vendor,
        "Type": product.product_type,
        "Tags": product.tags,
        "Published": _word(product.published),
        "Option1 Name": product.option1,
        "Option2 Name": product.option2,
        "Option3 Name": product.option3,
        "SEO Title": product.seo_title,
        "SEO Description": product.seo_description,
        "Status": product.status,
    }


def _of_variant(variant: Variant, pieces: int | None) -> dict[str, str]:
    return {
        "Option1 Value": variant.option1,
        "Option2 Value": variant.option2,
        "Option3 Value": variant.option3,
        "Variant SKU": variant.sku or "",
        "Variant Grams": str(variant.grams),
        "Variant Inventory Tracker": "shopify" if pieces is not None else "",
        "Variant Inventory Qty": str(pieces) if pieces is not None else "",
        "Variant Inventory Policy": "continue" if variant.oversell else "deny",
        "Variant Price": _plain(variant.money),
        "Variant Compare At Price": _plain(Money(variant.compare_at, variant.currency)) if variant.compare_at else "",
        "Variant Requires Shipping": _word(variant.requires_shipping),
        "Variant Barcode": variant.barcode,
        "Variant Image": variant.image.source if variant.image is not None else "",
        **(_of_plan(variant.plan.terms) if variant.plan is not None else {}),
    }


def _of_plan(terms: Terms) -> dict[str, str]:
    return {
        "Plan Interval": terms.rhythm,
        "Plan Trial Days": str(terms.trial_days) if terms.trial_days else "",
        "Plan Trial Card": _word(terms.card_first),
        "Plan Trial End": "invoice" if terms.without_card == WithoutCard.INVOICE else terms.without_card,
        "Plan Gives": terms.gives,
    }


def _plain(money: Money) -> str:
    """The amount with a point and all of its digits, as `64.00`."""
    return f"{Decimal(money.amount).scaleb(-exponent(money.currency)):f}"


def _word(flag: bool) -> str:
    return "true" if flag else "false"


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()
