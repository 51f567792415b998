"""Stripe's search language: field:"value", ~ for a part of it, < and > for numbers, - for not, AND or OR (docs search)."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sandbox.errors import invalid
from sandbox.transaction import Thing, public
from sandbox.wire.listing import page_size
from sandbox.wire.routing import Call

_CLAUSE = re.compile(
    r"""(?P<minus>-)?(?P<field>[A-Za-z_][\w.]*)(?:\[(?P<quote>["'])(?P<key>.*?)(?P=quote)\])?\s*
        (?P<operator>:|~|<=|>=|<|>)\s*
        (?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|null|true|false)""",
    re.VERBOSE,
)
_JOINT = re.compile(r"\s+(?:(AND|OR)\s+)?", re.IGNORECASE)
_UNREADABLE = (
    'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or '
    'key:"value" to query for other fields.'
)
Test = Callable[[Thing], bool]


def searched(call: Call, kind: str, noun: str, fields: Sequence[str]) -> Thing:
    """A page of what fits `query`; the sandbox finds at once what Stripe finds within a minute."""
    fits = _read(call.params["query"], noun, frozenset(fields))
    found = [one for one in call.tx.all(kind) if fits(one)]
    limit, start = page_size(call.params), _place(call.params.get("page"))
    more = len(found) > start + limit
    return {
        "object": "search_result",
        "data": [public(one) for one in found[start : start + limit]],
        "has_more": more,
        "next_page": _mark(start + limit) if more else None,
        "url": call.path,
    }


def _mark(place: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"after": place}).encode()).decode()


def _place(page: str | None) -> int:
    if page is None:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(page))["after"])
    except (ValueError, KeyError, TypeError):
        raise invalid("Invalid page token. Pass the `next_page` of an earlier answer.", "page") from None


def _read(query: str, noun: str, fields: frozenset[str]) -> Test:
    tests, joints = [], []
    for clause, joint in _clauses(query.strip()):
        tests.append(_test(clause, noun, fields))
        joints.append((joint or "AND").upper())
    if len(set(joints[:-1])) > 1:
        raise invalid("You cannot combine AND and OR within the same search query.", "query")
    together = any if joints[:1] == ["OR"] and len(tests) > 1 else all
    return lambda thing: together(test(thing) for test in tests)


def _clauses(query: str) -> Iterator[tuple[re.Match[str], str | None]]:
    """Each clause with the word that leads to the next one."""
    place = 0
    while True:
        clause = _CLAUSE.match(query, place)
        if clause is None:
            raise invalid(_UNREADABLE, "query")
        if clause.end() == len(query):
            yield clause, None
            return
        joint = _JOINT.match(query, clause.end())
        if joint is None:
            raise invalid(_UNREADABLE, "query")
        yield clause, joint[1]
        place = joint.end()


def _test(clause: re.Match[str], noun: str, fields: frozenset[str]) -> Test:
    field, key, operator, wanted = clause["field"], clause["key"], clause["operator"], _value(clause["value"])
    if (field == "metadata") != (key is not None) or field not in fields | {"metadata"}:
        message = (
            f"Field `{field}` is an unsupported search field for resource `{noun}`. See "
            f"http://stripe.com/docs/search#query-fields-for-{noun} for a list of supported fields."
        )
        raise invalid(message, "query")
    path = ["metadata", key] if key is not None else field.split(".")
    negated = clause["minus"] is not None

    def fits(thing: Thing) -> bool:
        return _holds(_at(thing, path), operator, wanted) != negated

    return fits


def _value(text: str) -> str | None:
    if text == "null":
        return None
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in "\"'" else text


def _at(thing: Any, path: Sequence[str | None]) -> Any:
    for part in path:
        thing = thing.get(part) if isinstance(thing, dict) else None
    return thing


def _holds(found: Any, operator: str, wanted: str | None) -> bool:
    if wanted is None or found is None:
        return found is None and wanted is None and operator == ":"
    if operator in (":", "~"):
        text = str(found).lower() if not isinstance(found, dict) else str(found.get("id", "")).lower()
        return text == wanted.lower() if operator == ":" else wanted.lower() in text
    try:
        left, right = float(found), float(wanted)
    except (TypeError, ValueError):
        return False
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]
