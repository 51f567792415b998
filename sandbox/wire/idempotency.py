"""Idempotency keys (STRIPE.md section 2, Idempotency): the first answer is kept and given again."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sandbox.errors import StripeError, invalid
from sandbox.transaction import Transaction

KEPT_FOR = 24 * 3600
LONGEST = 255


@dataclass(frozen=True)
class Kept:
    """An answer given before: what it was, and the request that it was first given to."""

    status: int
    body: str
    request: str


def fingerprint(params: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


def check(key: str) -> None:
    if len(key) > LONGEST:
        raise invalid(f"Idempotency keys may be at most {LONGEST} characters long; yours has {len(key)}.")


def kept(tx: Transaction, path: str, key: str, parameters: str) -> Kept | None:
    """The earlier answer to the same call. Raises 400 idempotency_error when the parameters are others."""
    row = tx.connection.execute(
        "SELECT * FROM answers WHERE livemode = ? AND path = ? AND key = ? AND created > ?",
        (tx.livemode, path, key, tx.wall - KEPT_FOR),
    ).fetchone()
    if row is None:
        return None
    if row["parameters"] != parameters:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request."
        )
        raise StripeError(400, "idempotency_error", message, begun=False)
    return Kept(row["status"], row["body"], row["request"])


def keep(tx: Transaction, path: str, key: str, parameters: str, status: int, body: str) -> None:
    tx.connection.execute(
        "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (tx.livemode, path, key, parameters, tx.origin.request, status, body, tx.wall),
    )


def prune(tx: Transaction) -> None:
    tx.connection.execute("DELETE FROM answers WHERE created <= ?", (tx.wall - KEPT_FOR,))
