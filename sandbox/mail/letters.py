"""Letters that were caught, read into their parts."""

import email
import email.policy
import json
import sqlite3
from email.message import EmailMessage
from typing import Any

from sandbox.store import Store


def all_letters(store: Store, to: str = "", sender: str = "") -> list[dict[str, Any]]:
    """Oldest first. `to`, `sender`: only what was sent to this address, and by this one."""
    query = "SELECT * FROM mails WHERE instr(recipients, ?) AND instr(sender, ?) ORDER BY id"
    rows = store.connection().execute(query, (to, sender)).fetchall()
    return [_read(row) for row in rows]


def count(store: Store) -> int:
    return int(store.connection().execute("SELECT count(*) FROM mails").fetchone()[0])


def letter(store: Store, number: int) -> dict[str, Any] | None:
    row = store.connection().execute("SELECT * FROM mails WHERE id = ?", (number,)).fetchone()
    return None if row is None else _read(row)


def _read(row: sqlite3.Row) -> dict[str, Any]:
    raw = bytes(row["raw"])
    message: EmailMessage = email.message_from_bytes(raw, policy=email.policy.default)
    return {
        "id": row["id"],
        "to": json.loads(row["recipients"]),
        "from": row["sender"],
        "subject": str(message["Subject"] or ""),
        "message_id": str(message["Message-ID"] or "").strip(),
        "text": _part(message, "plain"),
        "html": _part(message, "html"),
        "at": row["at"],
        "raw": raw.decode("utf-8", "replace"),
    }


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
