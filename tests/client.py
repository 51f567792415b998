"""A visitor of an app in this process, without JavaScript, who checks every page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bs4 import Tag
from flask import Flask
from werkzeug.test import TestResponse

from tests.pages import Page, check


class Client:
    """Keeps cookies, sends what a browser sends, checks each page. `address` is the visitor's own, behind no proxy."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.app = app
        self.origin = str(app.extensions["settings"].site_url)
        self.raw = app.test_client()
        self._address = {"REMOTE_ADDR": address}

    def get(self, path: str, status: int = 200, **more: Any) -> Page:
        """The page at `path`, without following a redirect; what is not HTML comes unchecked."""
        return self._page(self._send("GET", path, "none", more), path, status)

    def post(
        self, path: str, form: Mapping[str, Any] | None = None, status: int | tuple[int, ...] = 303, **more: Any
    ) -> TestResponse:
        """The answer to a form of our own origin, without following its redirect. `status`: what it must be, or one of them."""
        response = self._send("POST", path, "same-origin", {"data": dict(form or {}), **more})
        allowed = (status,) if isinstance(status, int) else status
        assert response.status_code in allowed, (
            f"POST {path}: {response.status_code}, {response.get_data(as_text=True)[:500]}"
        )
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            check(response.get_data(as_text=True), path, dict(response.headers))
        return response

    def submit(self, page: Page, button: str, status: int | tuple[int, ...] = 303, **fields: Any) -> TestResponse:
        """Presses the first button of this name on `page`, with `fields` filled in over what its form holds."""
        pressed = next((tag for tag in page.find_all("button") if " ".join(tag.get_text(" ").split()) == button), None)
        assert pressed, f"{page.path} has no button '{button}'"
        form = pressed.find_parent("form")
        assert form, f"the button '{button}' of {page.path} is in no form"
        values = form_values(form) | fields
        if pressed.get("name"):
            values[str(pressed["name"])] = str(pressed.get("value", ""))
        path = str(pressed.get("formaction") or form["action"])
        return self.post(path, values, status)

    def follow(self, response: TestResponse, status: int = 200) -> Page:
        """The page that a redirect leads to, through further redirects of ours."""
        path = self._own_path(response)
        for _ in range(5):
            response = self._send("GET", path, "same-origin", {})
            if not 300 <= response.status_code < 400:
                break
            path = self._own_path(response)
        return self._page(response, path, status)

    def _own_path(self, response: TestResponse) -> str:
        parts = urlsplit(response.headers["Location"])
        assert f"{parts.scheme}://{parts.netloc}" in ("://", self.origin), (
            f"leads away, to {response.headers['Location']}"
        )
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _send(self, method: str, path: str, site: str, more: Mapping[str, Any]) -> TestResponse:
        headers = {"Sec-Fetch-Site": site, "Accept": "text/html", **more.get("headers", {})}
        if method == "POST":
            headers.setdefault("Origin", self.origin)
        rest = {name: value for name, value in more.items() if name != "headers"}
        return self.raw.open(
            path, method=method, base_url=self.origin, headers=headers, environ_overrides=self._address, **rest
        )

    def _page(self, response: TestResponse, path: str, status: int) -> Page:
        text = response.get_data(as_text=True)
        assert response.status_code == status, f"GET {path}: {response.status_code}, {text[:500]}"
        if response.mimetype != "text/html":
            return Page(text, path, dict(response.headers))
        return check(text, path, dict(response.headers))


def form_values(form: Tag) -> dict[str, str]:
    """What a browser would send of this form, untouched and without its buttons."""
    values = {}
    for tag in form.find_all(["input", "select", "textarea"]):
        name, kind = tag.get("name"), tag.get("type")
        if not name or tag.has_attr("disabled") or (kind in ("checkbox", "radio") and not tag.has_attr("checked")):
            continue
        if tag.name == "select":
            chosen = tag.find("option", selected=True) or tag.find("option")
            values[str(name)] = str(chosen.get("value", chosen.get_text())) if chosen else ""
        elif kind not in ("submit", "button", "image", "file"):
            values[str(name)] = (
                tag.get_text() if tag.name == "textarea" else str(tag.get("value", "on" if kind == "checkbox" else ""))
            )
    return values
