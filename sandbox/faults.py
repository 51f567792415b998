"""Misbehaviour on demand: rules by path or event, with a probability and a seed, each counting its hits."""

import json
import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sandbox.store import Store

REQUEST = ("500_before", "500_after", "cut_before", "cut_after", "timeout_before", "timeout_after", "403", "429",
           "lock_timeout", "slow")  # fmt: skip
DELIVERY = ("drop", "delay", "repeat", "reorder", "fail")
_FIELDS = {"where", "path", "event", "do", "seconds", "times", "probability", "seed", "kept"}


class BadFault(Exception):
    """A rule that cannot be understood, with what can."""


@dataclass(frozen=True)
class Fault:
    """What to do now, for so many seconds; `kept` says whether a 500 stays under its idempotency key."""

    do: str
    seconds: float
    kept: bool


class Faults:
    """The rules, remembered over a restart; the first that matches acts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._any = bool(self.all())

    def all(self) -> list[dict[str, Any]]:
        rows = self._store.connection().execute("SELECT * FROM faults ORDER BY id").fetchall()
        return [json.loads(row["rule"]) | {"id": row["id"], "hits": row["hits"]} for row in rows]

    def add(self, rule: dict[str, Any]) -> dict[str, Any]:
        """Raise BadFault with a sentence for a rule that makes no sense."""
        rule = _sound(rule)
        with self._store.writing() as connection:
            number = connection.execute("INSERT INTO faults (rule) VALUES (?)", (json.dumps(rule),)).lastrowid
        self._any = True
        return rule | {"id": number, "hits": 0}

    def clear(self, number: int | None = None) -> None:
        """Remove one rule, or all of them."""
        with self._store.writing() as connection:
            connection.execute("DELETE FROM faults WHERE ? IS NULL OR id = ?", (number, number))
        self._any = bool(self.all())

    def strike(self, where: str, name: str) -> Fault | None:
        """The fault that hits a request ("POST /v1/refunds") or a delivery ("refund.created") now, if one does."""
        if not self._any:
            return None
        field = "path" if where == "request" else "event"
        with self._store.writing() as connection:
            for row in connection.execute("SELECT * FROM faults ORDER BY id").fetchall():
                rule = json.loads(row["rule"])
                spent = rule["times"] is not None and row["hits"] >= rule["times"]
                if rule["where"] != where or spent or not fnmatchcase(name, rule[field]):
                    continue
                # Each meeting draws its own number, so that a seed repeats a run whatever else happens.
                hit = random.Random(f"{rule['seed']}:{row['met']}").random() < rule["probability"]  # noqa: S311  # nosec B311 - a seed must repeat a run
                connection.execute("UPDATE faults SET met = met + 1, hits = hits + ? WHERE id = ?", (hit, row["id"]))
                if hit:
                    return Fault(rule["do"], rule["seconds"], rule["kept"])
        return None


def _sound(rule: dict[str, Any]) -> dict[str, Any]:
    unknown = set(rule) - _FIELDS
    if unknown:
        raise BadFault(f"Unknown fields: {', '.join(sorted(unknown))}. There are {', '.join(sorted(_FIELDS))}.")
    where, do = rule.get("where", "request"), str(rule.get("do"))
    actions = {"request": REQUEST, "delivery": DELIVERY}.get(where)
    if actions is None:
        raise BadFault("where must be request or delivery.")
    if do not in actions:
        raise BadFault(f"For a {where}, do must be one of {', '.join(actions)}.")
    times = rule.get("times", 1)
    try:
        sound = {
            "where": where,
            "path": str(rule.get("path", "*")),
            "event": str(rule.get("event", "*")),
            "do": do,
            "seconds": float(rule.get("seconds", 1.0)),
            "times": None if times is None else int(times),
            "probability": float(rule.get("probability", 1.0)),
            "seed": int(rule.get("seed", 1)),
            "kept": bool(rule.get("kept", do == "500_after")),
        }
    except (TypeError, ValueError):
        raise BadFault(
            "seconds and probability are numbers, times and seed whole numbers (times may be null)."
        ) from None
    if (
        not 0 <= sound["probability"] <= 1
        or sound["seconds"] < 0
        or (sound["times"] is not None and sound["times"] < 1)
    ):
        raise BadFault("probability lies between 0 and 1, seconds are not less than 0, and times is at least 1.")
    return sound
