"""Every way in which payments fail, and the tests that prove how each ends: `bin/failures` writes docs/failures.md.

`failures.tsv` beside this file has a line for each: id, what happens, what must hold afterwards. A test cites an id by
its name: `test_a5_...`, or `test_c13_c14_...` for two.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "failures.md"
CHAPTERS = {
    "A": "Delivery and authenticity of webhooks",
    "B": "Checkout",
    "C": "Calls to Stripe; authorise, then capture",
    "D": "Refunds and disputes",
    "E": "Subscriptions",
    "F": "Receipts, logs, recovery",
}
TITLE = "# What goes wrong, and the test that proves how it ends"
ABOUT = (
    "Gathered from the issues of many shops and from Stripe's documentation. `bin/failures` writes this page; a test"
    " fails when an id has no test or this page is not today's."
)
_CITED = re.compile(r"^\s*def (test_((?:[a-f]\d+_)+)\w*)\(", re.MULTILINE)


@dataclass(frozen=True)
class Failure:
    """`happens`: the scenario. `holds`: what must be true afterwards."""

    id: str
    happens: str
    holds: str


def failures() -> list[Failure]:
    """All of them, in the order of the page."""
    lines = (Path(__file__).parent / "failures.tsv").read_text().splitlines()
    return [Failure(*line.split("\t")) for line in lines]


def citations() -> dict[str, list[tuple[str, str]]]:
    """By id: the file and the name of each test that cites it."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, ids in _CITED.findall(file.read_text()):
            for cited in ids.upper().rstrip("_").split("_"):
                found[cited].append((str(file.relative_to(ROOT)), name))
    return found


def page() -> str:
    """docs/failures.md as it should be."""
    cited = citations()
    parts = [TITLE, ABOUT]
    for letter, title in CHAPTERS.items():
        parts.append(f"## {letter}. {title}")
        rows = [_row(failure, cited) for failure in failures() if failure.id.startswith(letter)]
        parts.append("\n".join(["| id | happens | must hold afterwards | tests |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _row(failure: Failure, cited: dict[str, list[tuple[str, str]]]) -> str:
    tests = "<br>".join(f"[{_sentence(name)}](../{file})" for file, name in cited.get(failure.id, []))
    return f"| {failure.id} | {failure.happens} | {failure.holds} | {tests or 'not yet'} |"


def _sentence(name: str) -> str:
    return re.sub(r"^test_(?:[a-f]\d+_)+", "", name).replace("_", " ")


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page())
    missing = [failure.id for failure in failures() if failure.id not in citations()]
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is written. Without a test: {', '.join(missing) or 'none'}.\n")


if __name__ == "__main__":
    main()
