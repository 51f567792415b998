"""Style sheets, fonts and drawings of the shop, from memory, under an address that changes with their contents.

The address carries one hash of the whole folder, so that addresses inside a style sheet may stay relative. A sheet that
imports others into its layers is served with them inside: many small files to work on, one to fetch.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request
from werkzeug import Response as Answer

from storefront.web.headers import FOREVER

TEXT = ("text/", "image/svg+xml", "application/manifest+json")
TYPES = {
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".js": "text/javascript",
}

IMPORT = re.compile(rb'@import "([\w./-]+)" layer\((\w+)\);')


@dataclass(frozen=True, slots=True)
class File:
    """`packed`: the same bytes gzipped, where that is worth it."""

    body: bytes
    packed: bytes | None
    mimetype: str


class Folder:
    """Everything in `root`, read once. `version`: 12 hex digits of all of it."""

    def __init__(self, root: Path) -> None:
        paths = sorted(path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
        self.files = {path.relative_to(root).as_posix(): _read(path) for path in paths}
        whole = hashlib.sha256()
        for name, file in self.files.items():
            whole.update(f"{name}\0{len(file.body)}\0".encode() + file.body)
        self.version = whole.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where `name` is served. Raises LookupError for a file that is not there."""
        if name not in self.files:
            raise LookupError(f"there is no static file {name}")
        return f"/static/{self.version}/{name}"


def _whole(sheet: Path) -> bytes:
    """The style sheet with what it imports in place. One in another folder must not name files relatively."""

    def imported(found: re.Match[bytes]) -> bytes:
        return b"@layer %s {\n%s}" % (found[2], _whole(sheet.parent / found[1].decode()))

    return IMPORT.sub(imported, sheet.read_bytes())


def _read(path: Path) -> File:
    mimetype = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    body = _whole(path) if path.suffix == ".css" else path.read_bytes()
    return File(body, _packed(body) if mimetype.startswith(TEXT) else None, mimetype)


@cache
def _packed(body: bytes) -> bytes | None:
    """Kept, so that an app made again in one process packs nothing twice."""
    packed = gzip.compress(body, 9, mtime=0)
    return packed if len(packed) < len(body) else None


def _answer(file: File, version: str) -> Answer:
    packed = file.packed if request.accept_encodings["gzip"] > 0 else None
    response = Response(packed or file.body, mimetype=file.mimetype)
    if file.packed:
        response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    response.set_etag(version + ("-gzip" if packed else ""))
    response.cache_control.no_cache = None
    response.headers["Cache-Control"] = FOREVER
    return response.make_conditional(request)


def init_static(app: Flask, root: Path) -> None:
    """Serve the files of `root`. In debug mode they are read anew for each page."""
    kept = Folder(root)

    def folder() -> Folder:
        return Folder(root) if app.debug else kept

    def static(name: str) -> Answer:
        now = folder()
        version, _, rest = name.partition("/")
        if version == now.version and rest in now.files:
            return _answer(now.files[rest], now.version)
        wanted = rest if rest in now.files else name
        if wanted not in now.files:
            abort(404)
        return Response(status=302, headers={"Location": now.address(wanted)}, mimetype="text/plain")

    app.add_url_rule("/static/<path:name>", "static", static)
    app.jinja_env.globals["asset"] = lambda name: folder().address(name)
