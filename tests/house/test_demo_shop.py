"""The demo shop is whole: what one of its files names, another one has."""

import csv
import json
from collections import defaultdict
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

DEMO = Path(__file__).parents[2] / "demo"
MOST_BYTES = 45_000


def rows() -> dict[str, list[dict[str, str]]]:
    found = defaultdict(list)
    with (DEMO / "products.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["Handle"]].append(row)
    return found


def quantities(product: list[dict[str, str]]) -> list[int]:
    return [int(row["Variant Inventory Qty"]) for row in product if row["Variant Inventory Qty"]]


def test_every_picture_is_there_and_small() -> None:
    named = {row[column] for product in rows().values() for row in product for column in ("Image Src", "Variant Image")}

    for folder, size in (DEMO / "images", (1000, 1250)), (DEMO / "small", (512, 640)):
        assert named - {""} == {path.name for path in folder.iterdir()}
        for name in named - {""}:
            assert (folder / name).stat().st_size <= MOST_BYTES, name
            with Image.open(folder / name) as picture:
                assert (picture.format, picture.size) == ("WEBP", size), name


def test_the_small_pictures_are_the_large_ones() -> None:
    for large in (DEMO / "images").iterdir():
        with Image.open(large) as one, Image.open(DEMO / "small" / large.name) as other:
            difference = ImageChops.difference(one.convert("RGB").resize(other.size), other.convert("RGB"))
        assert sum(ImageStat.Stat(difference).mean) < 15, large.name


def test_every_picture_is_described() -> None:
    silent = [
        row["Image Src"]
        for product in rows().values()
        for row in product
        if row["Image Src"] and not row["Image Alt Text"]
    ]

    assert silent == []


def test_every_product_is_on_a_shelf() -> None:
    shelves = json.loads((DEMO / "collections.json").read_text(encoding="utf-8"))

    assert {handle for shelf in shelves for handle in shelf["products"]} == set(rows())
    assert len(shelves) == 4


def test_there_is_one_of_each_kind_of_product() -> None:
    products = rows()

    assert len(products) == 24
    assert [handle for handle, product in products.items() if quantities(product) == [1]] == ["kiln-bowl-41"]
    assert [handle for handle, product in products.items() if quantities(product) == [0]] == ["butter-dish"]
    for tag, handle in (("kind:digital", "sunday-bread"), ("kind:plan", "marmalade-post")):
        assert [name for name, product in products.items() if tag in product[0]["Tags"]] == [handle]


def test_every_text_begins_with_its_title() -> None:
    for slug in ("terms", "privacy", "refunds", "imprint"):
        first = (DEMO / "pages" / f"{slug}.html").read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("<h1>"), slug
        assert first.endswith("</h1>"), slug
