"""Shopify's column names by what they mean to us: those of its long-standing export and of its newer template.

Shopify's file has none for subscriptions; the columns that begin with Plan are ours and may stand beside the others.
"""

import re
from collections.abc import Sequence

NAMES: dict[str, tuple[str, ...]] = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "body": ("body (html)", "body html", "description"),
    "vendor": ("vendor",),
    "type": ("type", "product type", "custom product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "option1_name": ("option1 name",),
    "option1": ("option1 value",),
    "option2_name": ("option2 name",),
    "option2": ("option2 value",),
    "option3_name": ("option3 name",),
    "option3": ("option3 value",),
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode"),
    "grams": ("variant grams", "weight value (grams)"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "quantity": ("variant inventory qty", "variant inventory quantity", "inventory quantity"),
    "policy": ("variant inventory policy", "continue selling when out of stock"),
    "price": ("variant price", "price"),
    "compare_at": ("variant compare at price", "variant compare-at price", "compare-at price", "compare at price"),
    "ships": ("variant requires shipping", "requires shipping"),
    "image": ("image src", "product image url"),
    "image_position": ("image position",),
    "image_alt": ("image alt text",),
    "variant_image": ("variant image", "variant image url"),
    "gift_card": ("gift card",),
    "plan": ("plan interval",),
    "plan_trial_days": ("plan trial days",),
    "plan_trial_card": ("plan trial card",),
    "plan_trial_end": ("plan trial end",),
    "plan_gives": ("plan gives",),
    "seo_title": ("seo title",),
    "seo_description": ("seo description",),
}
NEEDED = {"handle": "Handle (or URL handle)", "title": "Title", "price": "Variant Price (or Price)"}
_MEANING = {name: field for field, names in NAMES.items() for name in names}


def placed(header: Sequence[str]) -> dict[str, int]:
    """Where each field we know stands in this header; of two columns of one meaning the first counts."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        field = _MEANING.get(re.sub(r"\s+", " ", name).strip().casefold())
        if field is not None:
            places.setdefault(field, place)
    return places


def missing(places: dict[str, int]) -> list[str]:
    """Names of needed columns that are not there, as a person would look for them."""
    return [name for field, name in NEEDED.items() if field not in places]
