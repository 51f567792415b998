"""Catalogue pages as finished bytes, answered ahead of Flask.

A page is kept whole (status, headers, body) as Flask made it, under the catalogue's version that was read before it
was made. Before every answer the version is checked: on SQLite by `PRAGMA data_version`, which moves with any commit
of any process; on PostgreSQL by reading the one row. So a changed price is there on the next request, whoever changed
it.

Kept are only answers of 200 that set no cookie. The key holds scheme and host as well, so what Flask refuses for a
host is never answered for it from here. It stands inside ProxyFix and sees what Flask would see.
"""

import hashlib
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from sqlalchemy import Engine
from werkzeug.http import parse_etags

from storefront.web.version import Reader, reader_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIXES = ("/products", "/collections/", "/search", "/pages/")
EXACT = frozenset({"/", "/sitemap.xml", "/robots.txt"})
ASKED = ("after", "q")
"""The only parameters that a catalogue page reads; others (campaign tags) share its entry."""
VERSION = "storefront.catalog_version"
"""In the environ of a request that Flask answers: the version read before it; what it reads is that or newer."""
LONGEST_KEY = 600
MOST_PAGES = 2000
MOST_BYTES = 64 * 1024 * 1024

_PLAIN_NAME = re.compile(r"[\w.\-\[\]]*", re.ASCII)

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Finished:
    """`version`: of the catalogue, read before the page was made.

    `headers`: with the entity tag. `short`: those of a 304.
    """

    version: int
    etag: str
    headers: Headers
    short: Headers
    body: bytes


class Shelf:
    """The pages kept by this process, the least asked thrown out first. Safe between threads."""

    def __init__(self, most_pages: int = MOST_PAGES, most_bytes: int = MOST_BYTES) -> None:
        self._pages: OrderedDict[str, Finished] = OrderedDict()
        self._bytes = 0
        self._most_pages, self._most_bytes = most_pages, most_bytes
        self._lock = threading.Lock()

    def get(self, key: str) -> Finished | None:
        """The page under `key`."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: str, page: Finished) -> None:
        """Keep `page`, unless it alone would fill a tenth of the room."""
        if len(page.body) > self._most_bytes // 10:
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += len(page.body) - (len(old.body) if old is not None else 0)
            self._pages[key] = page
            while len(self._pages) > self._most_pages or self._bytes > self._most_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)

    def __len__(self) -> int:
        return len(self._pages)


class Ahead:
    """WSGI middleware. `reader`: tells the catalogue's version, or None where it cannot be read; then Flask answers."""

    def __init__(self, inner: "WSGIApplication", reader: Reader, shelf: Shelf) -> None:
        self._inner, self._reader, self.shelf = inner, reader, shelf

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from what is kept, or let Flask make it."""
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not (path in EXACT or path.startswith(PREFIXES)):
            return self._inner(environ, start_response)
        version = self._reader()
        if version is None:
            return self._inner(environ, start_response)
        environ[VERSION] = version
        key = _key(environ, path)
        if key is None:
            return self._inner(environ, start_response)
        page = self.shelf.get(key)
        if page is not None and page.version == version:
            return _answer(page, environ, start_response)
        return self._make(key, version, environ, start_response)

    def _make(
        self, key: str, version: int, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        status, headers, body = _collect(self._inner, {**environ, "REQUEST_METHOD": "GET"})
        names = {name.lower() for name, _ in headers}
        if not status.startswith("200 ") or "set-cookie" in names:
            start_response(status, headers)
            return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]
        page = _finish(version, headers, body)
        self.shelf.put(key, page)
        return _answer(page, environ, start_response)


def _key(environ: "WSGIEnvironment", path: str) -> str | None:
    """What the answer depends on, or None where Flask might read the query in another way than this does."""
    asked: dict[str, str] = {}
    for part in environ.get("QUERY_STRING", "").split("&"):
        name, _, value = part.partition("=")
        if not _PLAIN_NAME.fullmatch(name):
            return None
        if name in ASKED:
            asked.setdefault(name, value)
    query = "&".join(f"{name}={value}" for name, value in sorted(asked.items()))
    key = f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}{environ.get('SCRIPT_NAME', '')}{path}?{query}"
    return key if len(key) <= LONGEST_KEY else None


def _collect(inner: "WSGIApplication", environ: "WSGIEnvironment") -> tuple[str, Headers, bytes]:
    """Flask's whole answer, which has no body that streams on these paths."""
    started: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], object]:
        started[:] = [(status, headers)]
        return written.append

    parts = inner(environ, cast("StartResponse", start))
    try:
        written.extend(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return *started[0], b"".join(written)


def _finish(version: int, headers: Headers, body: bytes) -> Finished:
    etag = hashlib.sha256(body).hexdigest()[:32]
    kept = [(name, value) for name, value in headers if name.lower() not in ("content-length", "etag", "date")]
    kept.append(("ETag", f'"{etag}"'))
    short = [(name, value) for name, value in kept if name.lower() != "content-type"]
    return Finished(version, etag, [*kept, ("Content-Length", str(len(body)))], short, body)


def _answer(page: Finished, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and parse_etags(known).contains_weak(page.etag):
        start_response("304 Not Modified", page.short[:])
        return [b""]
    start_response("200 OK", page.headers[:])
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else page.body]


def init_finished(app: Flask, engine: Engine) -> None:
    """Put the finished pages ahead of `app`. To be called before anything else wraps its WSGI application."""
    if app.debug:
        logging.getLogger(__name__).info("Debug mode: catalogue pages are made anew each time")
        return
    app.wsgi_app = cast("Any", Ahead(app.wsgi_app, reader_of(engine), Shelf()))  # type: ignore[method-assign]
