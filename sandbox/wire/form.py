"""Form bodies with brackets: a[b][0][c]=v."""

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.errors import invalid

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_INNER = re.compile(r"\[([^\[\]]*)\]")


def decode(text: str) -> dict[str, Any]:
    """Nested dicts and lists; every leaf is a string. Raises Stripe's 400 for a key that makes no sense."""
    root: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=5000, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise invalid("Invalid request body: it could not be read as a form.") from None
    for key, value in pairs:
        _place(root, key, value)
    return {key: _listed(value, key) for key, value in root.items()}


def _place(root: dict[str, Any], key: str, value: str) -> None:
    match = _KEY.match(key)
    if match is None:
        raise invalid(f"Invalid parameter name: {key}", key)
    parts = [match[1], *_INNER.findall(match[2])]
    if len(parts) > 20:
        raise invalid(f"Invalid parameter name: {key[:80]}", key[:80])
    here = root
    for place, part in enumerate(parts[:-1]):
        here = here.setdefault(part or _next(here, parts[place + 1 :]), {})
        if not isinstance(here, dict):
            raise invalid(f"Invalid parameter name: {key}", key)
    here[parts[-1] or str(len(here))] = value


def _next(here: dict[str, Any], rest: list[str]) -> str:
    """Where `a[][b]` belongs: to the last hash of the list until that one has a b, then to a new one."""
    last: Any = here.get(str(len(here) - 1))
    for part in rest:
        if not isinstance(last, dict) or not part:
            return str(len(here))
        if part not in last:
            return str(len(here) - 1)
        last = last[part]
    return str(len(here))


def _listed(value: Any, name: str) -> Any:
    """Keys 0, 1, 2 .. make a list, except below metadata, whose keys are the caller's own."""
    if not isinstance(value, dict) or name == "metadata":
        return value
    if value and all(key.isascii() and key.isdigit() for key in value):
        ordered = sorted(value.items(), key=lambda item: int(item[0]))
        return [_listed(item, "") for _, item in ordered]
    return {key: _listed(item, key) for key, item in value.items()}
