"""The house is built as drawn, and stays readable."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.fixtures.environment import ROOT

LONGEST_FILE = 300
EDGES_IN_ROOMS = {"storefront/catalog/fetching.py"}
"""Steps of the worker that stand beside their noun."""
ENVIRONMENT_READERS = {"wsgi.py", "storefront/settings.py", "sandbox/settings.py", "sandbox/__main__.py"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    found = [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]
    assert found, f"no files like {patterns}"
    return found


def contracts() -> dict[str, dict[str, list[str]]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in config["tool"]["importlinter"]["contracts"]}


def test_imports_keep_every_contract() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_contract_on_http_names_every_room_and_foundation() -> None:
    floors = [re.findall(r"\w+", layer) for layer in contracts()["floors"]["layers"]]
    below_web = floors[floors.index(["web"]) + 1 :]
    there = {f"storefront.{name}" for floor in below_web for name in floor if _exists(name)}
    assert set(contracts()["flask"]["source_modules"]) == there


def _exists(name: str) -> bool:
    home = ROOT / "storefront" / name
    return home.with_suffix(".py").exists() or (home / "__init__.py").exists()


def test_the_floor_plan_names_every_room_and_door() -> None:
    plan = (ROOT / "storefront" / "__init__.py").read_text().lower()
    packages = [path.parent.name for path in (ROOT / "storefront").glob("*/__init__.py")]
    assert [name for name in packages if name not in plan] == []


def test_settings_are_read_in_one_place() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in tracked("storefront/*.py", "sandbox/*.py", "wsgi.py")
        if re.search(r"os\.environ|getenv", path.read_text())
    }
    assert readers <= ENVIRONMENT_READERS


def test_rooms_never_commit() -> None:
    rooms = [name.split(".")[1] for name in contracts()["flask"]["source_modules"]]
    paths = [path for path in tracked("storefront/*/*.py") if path.parent.name in rooms]
    committing = {str(path.relative_to(ROOT)) for path in paths if re.search(r"\.commit\(\)", path.read_text())}
    assert committing <= EDGES_IN_ROOMS


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    paths = tracked("*.py", "*.html", "*.css", "*.js", ":!migrations/versions")
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "helpers", "common", "managers", "services", "misc"}
    assert [path for path in tracked("*.py") if {path.stem, *path.parts} & drawers] == []


@pytest.mark.parametrize("name", ["tests", "templates"])
def test_folders_mirror_rooms_and_doors(name: str) -> None:
    known = {path.parent.name for path in (ROOT / "storefront").glob("*/__init__.py")}
    others = {
        "tests": {"fixtures", "house", "journeys", "model", "races", "sandbox", "start"},
        "templates": {"components", "errors", "layouts", "mail"},
    }
    folders = {path.name for path in (ROOT / name).iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders <= known | others[name]
