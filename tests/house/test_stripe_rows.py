"""Every fact about Stripe that docs/stripe-rows.md lists has tests, and they are there."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import cards
from sandbox.paying import debits

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "stripe-rows.md"
# How many rows each chapter has: a row goes, or comes, only knowingly.
ROWS = {"Orders of events": 33, "Test cards and accounts": 56, "Forms of errors": 22, "Idempotency keys": 12}
_TEST = re.compile(r"\[(test_\w+)\]\(\.\./([^)]+)\)")


@dataclass(frozen=True)
class Row:
    """`tests`: (name, file) of each."""

    chapter: str
    name: str
    tests: list[tuple[str, str]]


def rows() -> list[Row]:
    found, chapter = [], ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            chapter = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.split("|")]
        if line.startswith("| ") and cells[2] != "held":
            found.append(Row(chapter, cells[1].strip("`"), _TEST.findall(cells[3])))
    return found


def defined_in(file: str) -> dict[str, str]:
    """The source of each test of a file, its decorators included; those that are always skipped are none."""
    text = (ROOT / file).read_text()
    return {
        node.name: text
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        and not any(re.search(r"\b(skip|xfail)\b", ast.unparse(one)) for one in node.decorator_list)
    }


def test_every_row_has_a_test_that_exists() -> None:
    known = {file: defined_in(file) for row in rows() for _, file in row.tests}
    assert [row.name for row in rows() if not row.tests] == []
    assert [(row.name, name) for row in rows() for name, file in row.tests if name not in known[file]] == []


@pytest.mark.parametrize("chapter", ROWS)
def test_no_row_is_lost(chapter: str) -> None:
    names = [row.name for row in rows() if row.chapter == chapter]
    assert (len(names), len(set(names))) == (ROWS[chapter], ROWS[chapter])


def test_every_card_of_the_sandbox_has_a_row_whose_tests_use_it() -> None:
    tokens = {card.number: card.token for card in cards.PUBLISHED}
    accounts = set(debits.ACCOUNTS)
    listed = [row for row in rows() if row.chapter == "Test cards and accounts"]
    # A number that is wrong by one digit is the only one that nobody may know.
    assert {row.name for row in listed} ^ (tokens.keys() | accounts) == {"4242424242424241"}
    unused = [
        (row.name, file)
        for row in listed
        for _, file in row.tests
        if not re.search(
            rf"{row.name}|\b{tokens.get(row.name, row.name)}\b", (ROOT / file).read_text().replace(" ", "")
        )
    ]
    assert unused == []
