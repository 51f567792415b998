import csv
import random

import pytest

from storefront.catalog.importing.file import judged
from storefront.catalog.importing.reading import UnusableFileError
from tests.catalog.files import TEA, a_file
from tests.catalog.test_commands import flask as flask  # noqa: PLC0414 - a fixture is used by its name

ODD = [
    {
        **TEA,
        "Title": '=cmd|"x"',
        "Body (HTML)": "<p>-1 <b>bold</b>,\n“quoted”</p>",
        "Vendor": "@home",
        "Tags": "'+a, b",
        "Option1 Name": "Size",
        "Option1 Value": "-5",
        "Variant Compare At Price": "9.99",
        "Variant Grams": "12",
        "Variant Image": "https://x.example/2",
        "Image Src": "https://x.example/1",
        "Image Alt Text": "A tin",
    },
    {"Handle": "tea", "Option1 Value": "L", "Variant Price": "0", "Variant Requires Shipping": "false"},
    {"Handle": "tea", "Image Src": "https://x.example/3", "Image Position": "3"},
    {**TEA, "Handle": "draft", "Status": "draft", "Published": "false", "Variant Inventory Policy": "continue"},
]


def test_what_goes_out_comes_back_without_a_change(flask, tmp_path):
    assert flask("catalog", "import", a_file(tmp_path, *ODD))[0] == 0
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert flask("catalog", "export", first) == (0, f"2 products are in {first}.\n")
    code, said = flask("catalog", "import", first, "--stock")
    assert (code, "0 created, 0 updated, 2 unchanged, 0 refused" in said) == (0, True), said
    flask("catalog", "export", second)
    assert first.read_bytes() == second.read_bytes()


def test_no_cell_is_a_formula_for_a_spreadsheet(flask, tmp_path):
    flask("catalog", "import", a_file(tmp_path, *ODD))
    flask("catalog", "export", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert '\'=cmd|"x"' in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_a_place_that_cannot_be_written_is_told(flask, tmp_path):
    code, said = flask("catalog", "export", tmp_path / "no" / "out.csv")
    assert (code, "cannot be written" in said) == (1, True)


@pytest.mark.parametrize("seed", range(8))
def test_spoiled_files_are_judged_without_a_crash(tmp_path, seed):
    """Bytes are changed, lost and put in at random places, which are told by the seed."""
    chance = random.Random(seed)  # noqa: S311 - spoils files
    whole = a_file(tmp_path, *ODD, *({**TEA, "Handle": f"t{number}"} for number in range(20))).read_bytes()
    path = tmp_path / "spoiled.csv"
    sentences = []
    for _ in range(25):
        spoiled = bytearray(whole)
        for _ in range(chance.choice((1, 5, 60))):
            place = chance.randrange(len(spoiled))
            parts = (b'"', b"\0", b"\xff\xfe", b",", b"\r", b"\n", b"9" * 400, b"-", bytes([chance.randrange(256)]))
            spoiled[place : place + chance.randrange(4)] = chance.choice(parts)
        path.write_bytes(spoiled)
        try:
            found = list(judged(path, "eur"))
        except UnusableFileError as error:
            sentences.append(str(error))
            continue
        assert all(one.sheet or one.refusals for one in found)
    assert all(sentence.endswith(".") for sentence in sentences)
