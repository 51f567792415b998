"""Exporting: everything held about a person as one file, for people and programs: a zip of a JSON and the papers in it."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.privacy.held import Found, Held
from storefront.privacy.naming import find
from storefront.privacy.person import person_with
from storefront.privacy.register import HELD, PASSING
from storefront.settings import Settings

Json = dict[str, Any]
ABOUT = (
    "Everything that this shop holds about the address above, table by table. Times are UTC; amounts are in the smallest unit of"
    " their currency, so 1250 with eur is 12.50 euros. Left out are names of the shop's staff and secrets that would let their"
    " holder sign in as you."
)


def export(session: Session, email: str, settings: Settings) -> bytes:
    """A zip: `data.json`, and in `files/` what is too large or no text. Changes nothing."""
    found = find(session, email)
    files: dict[str, bytes] = {}
    sections = {}
    for name, held in HELD.items():
        if not held.derived:
            rows = session.execute(
                select(held.table).where(held.rows(found)).order_by(*held.table.primary_key)
            ).mappings()
            sections[name] = {"what": held.what, "rows": [_row(held, row, files) for row in rows]}
    whole = {
        "about": found.person.email,
        "shop": settings.site_name,
        "made_at": now().isoformat(),
        "how_to_read": ABOUT,
        "not_in_here": list(PASSING.values()),
        "held": sections,
    }
    return _packed(whole, files)


def holds_anything(session: Session, email: str) -> bool:
    """Whether there is any row about the address, without reading what Stripe said."""
    found = Found(person_with(session, email))
    return any(
        session.execute(select(held.table.primary_key.columns[0]).where(held.rows(found)).limit(1)).first() is not None
        for held in HELD.values()
    )


def _row(held: Held, row: Any, files: dict[str, bytes]) -> Json:
    shown = {}
    for column in held.table.columns:
        if column.name in held.hidden:
            continue
        value = row[column.name]
        if isinstance(value, bytes):
            key = "-".join(str(row[part.name]) for part in held.table.primary_key)
            path = f"files/{held.table.name}-{key}{_ending(value)}"
            files[path], value = value, path
        shown[column.name] = value
    return shown


def _ending(content: bytes) -> str:
    return ".pdf" if content.startswith(b"%PDF") else ".jpg" if content.startswith(b"\xff\xd8") else ""


def _packed(whole: Json, files: dict[str, bytes]) -> bytes:
    text = json.dumps(whole, indent=1, ensure_ascii=False, default=_plain)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", text)
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an export")
