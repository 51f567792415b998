"""Product files for tests, written row by row."""

import csv
from pathlib import Path

OLD = [
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published", "Option1 Name", "Option1 Value",
    "Option2 Name",
    "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty",
    "Variant Inventory Policy", "Variant Price", "Variant Compare At Price", "Variant Requires Shipping", "Image Src",
    "Image Position", "Image Alt Text", "Gift Card", "Variant Image", "Status",
]  # fmt: skip
TEA = {
    "Handle": "tea",
    "Title": "Tea",
    "Variant Price": "4.50",
    "Variant SKU": "TEA",
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Qty": "5",
    "Status": "active",
    "Published": "true",
}


def a_file(
    folder: Path, *rows: dict[str, str], header: list[str] | None = None, encoding: str = "utf-8", **dialect: str
) -> Path:
    """A CSV of these rows; other columns are empty."""
    path = folder / "products.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, header or OLD, restval="", **dialect)  # type: ignore[arg-type]
        writer.writeheader()
        writer.writerows(rows)
    return path
