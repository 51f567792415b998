"""Judging a product's rows: either everything about it can be understood, or it is refused with every reason."""

import re

from storefront.catalog.cleaning import clean
from storefront.catalog.importing.grouping import Group
from storefront.catalog.importing.reading import Row
from storefront.catalog.importing.sheet import ImageSheet, Judged, ProductSheet, VariantSheet
from storefront.catalog.importing.variant import RefusedError, variant
from storefront.catalog.product import Kind, Status

LONGEST_TITLE = 255
_DIGITAL = {"digital", "digital download", "digital downloads", "download", "downloads", "ebook", "e-book", "gift card"}
_PLAN = {"subscription", "subscriptions", "plan", "membership"}
_TEXTS = ("body", "vendor", "type", "tags", "seo_title", "seo_description")
_VARIANT_FIELDS = ("option1", "option2", "option3", "sku", "price", "quantity", "barcode")


def judge(group: Group, currency: str) -> Judged:
    """Everything of one product, or all that is wrong with it. `currency`: the store's, which the prices are in."""
    judged = Judged(group.rows[0].line, group.handle)
    if group.again is not None:
        judged.refusals.append(
            (judged.line, f"its handle stood on line {group.again} already; put all its rows together")
        )
    judged.refusals.extend((row.line, row.broken) for row in group.rows if row.broken)
    if not group.handle:
        judged.refusals.append((judged.line, "it has neither a handle nor a title"))
    if judged.refusals:
        return judged
    first = group.rows[0]
    if not first["title"]:
        judged.refusals.append((first.line, "it has no title in its first row"))
    elif len(first["title"]) > LONGEST_TITLE:
        judged.refusals.append((first.line, f"its title is longer than {LONGEST_TITLE} characters"))
    variants = _variants(group, currency, judged)
    images = _images(group, judged)
    if not judged.refusals:
        judged.sheet = _sheet(group, first, variants, images, judged)
    return judged


def _sheet(
    group: Group, first: Row, variants: list[VariantSheet], images: list[ImageSheet], judged: Judged
) -> ProductSheet:
    texts = {name: first[name] for name in _TEXTS if name in first.fields}
    if "body" in texts:
        texts["body"] = clean(texts["body"])
    return ProductSheet(
        handle=group.handle,
        title=first["title"],
        texts=texts,
        kind=_kind(first, variants, judged),
        status=_status(first, judged),
        published=None if not first["published"] else first["published"].casefold() not in ("false", "no", "0"),
        option_names=(first["option1_name"] or "Title", first["option2_name"], first["option3_name"]),
        variants=variants,
        images=images,
        has_images="image" in first.fields,
        has_plans="plan" in first.fields,
    )


def _variants(group: Group, currency: str, judged: Judged) -> list[VariantSheet]:
    found: dict[tuple[str, str, str], VariantSheet] = {}
    for number, row in enumerate(group.rows):
        if number and not any(row[field] for field in _VARIANT_FIELDS):
            continue
        try:
            read = variant(row, currency, judged)
        except RefusedError as error:
            judged.refusals.append((row.line, str(error)))
            continue
        if read.options in found:
            named = " / ".join(value for value in read.options if value)
            judged.refusals.append(
                (row.line, f"it has the variant '{named}' already, on line {found[read.options].line}")
            )
        found[read.options] = read
    return list(found.values())


def _images(group: Group, judged: Judged) -> list[ImageSheet]:
    found: dict[str, ImageSheet] = {}
    for row in group.rows:
        told = row["image_position"].removesuffix(".0")
        position = int(told) if re.fullmatch(r"[0-9]{1,6}", told) else len(found) + 1
        for source, alt in ((row["image"], row["image_alt"]), (row["variant_image"], "")):
            if len(source) > 2000:
                judged.warnings.append(
                    (row.line, "a picture's address is longer than 2,000 characters and is left out")
                )
            elif source and source not in found:
                found[source] = ImageSheet(source, position, alt[:500])
    return sorted(found.values(), key=lambda image: image.position)


def _kind(first: Row, variants: list[VariantSheet], judged: Judged) -> Kind:
    words = {first["type"].casefold(), *(tag.strip().casefold() for tag in first["tags"].split(","))}
    if any(variant.plan for variant in variants):
        return Kind.PLAN
    if words & _PLAN:
        judged.warnings.append((first.line, "it names no Plan Interval; without one it is announced as coming soon"))
        return Kind.PLAN
    if words & _DIGITAL or first["gift_card"].casefold() == "true":
        return Kind.DIGITAL
    if variants and not any(variant.ships for variant in variants):
        judged.warnings.append(
            (first.line, "it needs no shipping, so it is a download: give it its file with `flask catalog attach`")
        )
        return Kind.DIGITAL
    return Kind.PHYSICAL


def _status(first: Row, judged: Judged) -> Status | None:
    told = first["status"].casefold()
    if not told:
        return None
    if told not in set(Status):
        judged.warnings.append((first.line, f"its status '{told[:40]}' is unknown here, so it becomes a draft"))
        return Status.DRAFT
    return Status(told)
