"""What the documents say is there, is there; what is there, they say."""

import re
import subprocess
import sys

from flask import Flask

from tests.fixtures.environment import ROOT, shop_environment

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{document.name}: {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
        if not (document.parent / target).exists()
    ]
    assert dead == []


def test_programs_named_in_documents_are_there() -> None:
    named = {name for document in DOCUMENTS for name in re.findall(r"\bbin/([a-z]+)\b", document.read_text())}
    assert {"run", "test", "check"} <= named
    assert [name for name in sorted(named) if not (ROOT / "bin" / name).exists()] == []


def test_commands_named_in_documents_are_there() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "--help"],
        cwd=ROOT,
        env=shop_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    commands = set(re.findall(r"^  ([a-z]+) ", listed.stdout, flags=re.MULTILINE))
    named = {name for document in DOCUMENTS for name in re.findall(r"\bflask ([a-z]+)\b", document.read_text())}
    assert sorted(named - commands) == []


def test_every_address_is_documented(app: Flask) -> None:
    text = (ROOT / "docs" / "addresses.md").read_text()
    rules = {str(rule) for rule in app.url_map.iter_rules()}
    assert sorted(rule for rule in rules if f"`{_plain(rule)}`" not in text) == []


def _plain(rule: str) -> str:
    """As a reader writes it: without the types of its parts."""
    return re.sub(r"<(?:int|string|uuid):(\w+)>", r"<\1>", rule)


def test_every_setting_of_the_sample_is_read() -> None:
    sample = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    read = (ROOT / "storefront" / "settings.py").read_text() + (ROOT / "bin" / "start" / "given.py").read_text()
    assert sorted(name for name in sample if f'"{name}"' not in read) == []
