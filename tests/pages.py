"""What must be right with every page: each page that any test fetches is checked, and its faults fail that test."""

from collections import Counter
from collections.abc import Mapping

from bs4 import BeautifulSoup, Tag
from html5lib import HTMLParser
from html5lib.html5parser import ParseError

UNLABELLED = {"hidden", "submit", "reset", "button", "image"}


class Page(BeautifulSoup):
    """A parsed page that passed every check."""

    def __init__(self, html: str, path: str, headers: Mapping[str, str]) -> None:
        super().__init__(html, "html.parser")
        self.path = path
        self.headers = headers

    def words(self, selector: str = "body") -> str:
        """The text that a reader sees in the first element that `selector` finds, with single spaces."""
        found = self.select_one(selector)
        assert found, f"{self.path} has no {selector}"
        return " ".join(found.get_text(" ").split())


def check(html: str, path: str, headers: Mapping[str, str]) -> Page:
    """The parsed page; raises AssertionError with every fault of it."""
    page = Page(html, path, headers)
    faults = [*_validity(html), *_faults_in(page), *_forms(page, path), *_headers(headers)]
    assert not faults, f"{path}:\n  " + "\n  ".join(faults)
    return page


def faults_of(html: str) -> list[str]:
    """What is wrong with any page, the sandbox's too: its HTML, outline, labels, inline code."""
    return [*_validity(html), *_faults_in(Page(html, "", {}))]


def _faults_in(page: Page) -> list[str]:
    return [*_outline(page), *_labels(page), *_inline(page)]


def _validity(html: str) -> list[str]:
    try:
        HTMLParser(strict=True).parse(html)
    except ParseError as error:
        return [f"is not valid HTML: {error}"]
    return []


def _outline(page: Page) -> list[str]:
    root = page.find("html")
    faults = [] if isinstance(root, Tag) and root.get("lang") else ["has no language"]
    if not (page.title and page.title.get_text(strip=True)):
        faults.append("has no title")
    if len(page.find_all("h1")) != 1:
        faults.append(f"has {len(page.find_all('h1'))} h1")
    counted = Counter(str(tag["id"]) for tag in page.find_all(id=True))
    faults += [f"uses the id {name} {times} times" for name, times in counted.items() if times > 1]
    faults += [
        f"has a picture without alt: {tag.get('src')}" for tag in page.find_all("img") if not tag.has_attr("alt")
    ]
    return faults


def _labels(page: Page) -> list[str]:
    named = {str(label.get("for")) for label in page.find_all("label")}
    fields = [tag for tag in page.find_all(["input", "select", "textarea"]) if tag.get("type") not in UNLABELLED]
    return [
        f"has a field without a label: {tag.get('name')}"
        for tag in fields
        if str(tag.get("id")) not in named and not tag.find_parent("label") and not tag.get("aria-labelledby")
    ]


def _forms(page: Page, path: str) -> list[str]:
    forms = page.find_all("form")
    faults = [f"has a form without an action: {form.get('id')}" for form in forms if not form.get("action")]
    for form in forms:
        guarded = str(form.get("method", "get")).lower() == "post" and path.startswith("/backoffice")
        if guarded and not form.find("input", attrs={"name": "csrf_token"}):
            faults.append(f"has a form without a csrf_token: {form.get('action')}")
        if not form.find("button"):
            faults.append(f"has a form without a button: {form.get('action')}")
    return faults


def _inline(page: Page) -> list[str]:
    faults = ["has a <style>"] if page.find("style") else []
    faults += ["has an inline script" for tag in page.find_all("script") if not tag.get("src") and not _is_data(tag)]
    for tag in page.find_all(True):  # noqa: FBT003 - every tag, in words of its own
        faults += [f"has {name}= on <{tag.name}>" for name in tag.attrs if name == "style" or name.startswith("on")]
    return faults


def _is_data(script: Tag) -> bool:
    return script.get("type") == "application/ld+json"


def _headers(headers: Mapping[str, str]) -> list[str]:
    policy = headers.get("Content-Security-Policy", "")
    faults = [] if "default-src 'none'" in policy else ["has no Content-Security-Policy from default-src 'none'"]
    if "unsafe" in policy:
        faults.append("has a Content-Security-Policy that allows unsafe sources")
    if headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("may be sniffed")
    return faults
