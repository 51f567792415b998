"""Style sheets are many small files, each fetched as part of one."""

import re
from pathlib import Path

import pytest

from storefront.web.static import Folder

STATIC = Path(__file__).parents[2] / "static"
ENTRIES = ("shop.css", "backoffice.css")
IMPORTS = re.compile(r'@import "([^"]+)" layer\((\w+)\);')


@pytest.fixture(scope="module")
def folder() -> Folder:
    return Folder(STATIC)


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_served_with_its_imports_inside(folder: Folder, entry: str) -> None:
    source = (STATIC / "css" / entry).read_text()
    served = folder.files[f"css/{entry}"].body.decode()

    assert "@import" not in served
    for name, layer in IMPORTS.findall(source):
        body = (STATIC / "css" / name).read_text()
        assert f"@layer {layer} {{\n{body}}}" in served, name


def test_every_sheet_is_part_of_an_entry() -> None:
    told = {name for entry in ENTRIES for name, _ in IMPORTS.findall((STATIC / "css" / entry).read_text())}
    there = {path.relative_to(STATIC / "css").as_posix() for path in (STATIC / "css").rglob("*.css")}

    assert there - told == set(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_a_sheet_names_is_there(folder: Folder, entry: str) -> None:
    named = re.findall(r'url\("\.\./([^"]+)"\)', folder.files[f"css/{entry}"].body.decode())

    assert named
    assert set(named) <= set(folder.files)
    assert folder.files[f"css/{entry}"].body.count(b"url(") == len(named)
