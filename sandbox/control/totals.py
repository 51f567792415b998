"""What the sandbox holds in sum: the other side's books."""

from collections import Counter
from typing import Any

from sandbox.store import Store

_SUMS = {
    "succeeded": ("payment_intent", "$.amount_received", "json_extract(body, '$.status') = 'succeeded'"),
    "captured": (
        "charge",
        "$.amount_captured",
        "json_extract(body, '$.captured') AND json_extract(body, '$.status') = 'succeeded'",
    ),
    "authorized": ("payment_intent", "$.amount_capturable", "json_extract(body, '$.status') = 'requires_capture'"),
    "refunded": ("refund", "$.amount", "json_extract(body, '$.status') IN ('succeeded', 'pending', 'requires_action')"),
}


def totals(store: Store) -> dict[str, Any]:
    """Counts, and minor units by currency; a refund counts unless it failed or was canceled."""
    with store.reading() as connection:
        counts = Counter(dict(connection.execute("SELECT kind, count(*) FROM objects GROUP BY kind").fetchall()))
        sessions = dict(
            connection.execute(
                "SELECT json_extract(body, '$.status'), count(*) FROM objects"
                " WHERE kind = 'checkout.session' GROUP BY 1"
            ).fetchall()
        )
        states = dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
        sums = {name: _sum(connection, *parts) for name, parts in _SUMS.items()}
    return {
        "payment_intents": counts["payment_intent"],
        "sessions": {name: sessions.get(name, 0) for name in ("open", "complete", "expired")},
        "charges": counts["charge"],
        **sums,
        "refunds": counts["refund"],
        "events": counts["event"],
        "deliveries": {name: states.get(name, 0) for name in ("delivered", "pending", "failed")},
    }


def _sum(connection: Any, kind: str, field: str, condition: str) -> dict[str, int]:
    query = (
        f"SELECT json_extract(body, '$.currency'), sum(json_extract(body, '{field}')) FROM objects"  # noqa: S608  # nosec B608 - field and condition are constants of this file
        f" WHERE kind = ? AND {condition} GROUP BY 1"
    )
    return dict(connection.execute(query, (kind,)).fetchall())
