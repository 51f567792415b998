"""The `expand` parameter, to depth 4; which fields can be expanded is read from the SDK's resource types."""

import ast
import importlib
import inspect
import re
import sys
import typing
from collections.abc import Callable
from functools import cache
from typing import Any

from stripe._object_classes import OBJECT_CLASSES

from sandbox.errors import invalid
from sandbox.transaction import Thing, Transaction, public

DEPTH = 4
Includable = Callable[[Transaction, Thing], Thing]
# Lists that an object carries only when asked to: (object, field) -> the list.
INCLUDABLE: dict[tuple[str, str], Includable] = {}


def includable(kind: str, name: str) -> Callable[[Includable], Includable]:
    """Answer `expand[]=name` on objects of a kind with what the decorated function makes."""

    def add(make: Includable) -> Includable:
        INCLUDABLE[kind, name] = make
        return make

    return add


def expanded(tx: Transaction, thing: Thing, paths: list[str]) -> Thing:
    """A copy of the object with every path filled in. Raises Stripe's 400, without a code, for a bad path."""
    answer = _open(thing)
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEPTH + (parts[0] == "data"):
            raise invalid(f"You cannot expand more than {DEPTH} levels of a property. Property: {path}", "expand")
        _fill(tx, answer, parts, path)
    return answer


def _open(thing: Any) -> Any:
    if isinstance(thing, dict):
        thing = public(thing) if "object" in thing else thing
        return {key: dict(value) if key == "metadata" and value else _open(value) for key, value in thing.items()}
    return [_open(value) for value in thing] if isinstance(thing, list) else thing


def _fill(tx: Transaction, thing: Any, parts: list[str], path: str) -> None:
    if not parts:
        return
    if isinstance(thing, list):
        for one in thing:
            _fill(tx, one, parts, path)
        return
    name, rest = parts[0], parts[1:]
    if thing.get("object") == "list":
        if name != "data":
            raise _bad(path)
    else:
        if "object" in thing and (thing["object"], name) not in INCLUDABLE:
            _allow(str(thing["object"]), parts, path)
        _put_in(tx, thing, name)
    if isinstance(thing.get(name), (dict, list)):
        _fill(tx, thing[name], rest, path)


def _put_in(tx: Transaction, thing: Thing, name: str) -> None:
    """Replace an id by its object, or add a list that comes only when asked for."""
    include = INCLUDABLE.get((str(thing.get("object")), name))
    if include and not isinstance(thing.get(name), dict):
        thing[name] = _open(include(tx, thing)) or None
    elif isinstance(thing.get(name), str):
        found = tx.find(thing[name])
        thing[name] = _open(found) if found is not None else thing[name]


def _bad(path: str) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", "expand")


def _allow(kind: str, parts: list[str], path: str) -> None:
    """Refuse a path whose first step, or whose way through plain hashes, the SDK's types do not know."""
    cls = _class(kind)
    for part in parts:
        note, owner = _annotation(cls, part)
        if note is None:
            raise _bad(path)
        # The SDK's ExpandableField[T] reads as Union[str, T].
        if "[str, ForwardRef(" in note or "ListObject" in note:
            return
        cls = _nested(owner, note)
        if cls is None:
            raise _bad(path)
    raise _bad(path)


@cache
def _class(kind: str) -> Any:
    module, name = OBJECT_CLASSES[kind]
    return getattr(importlib.import_module(module), name)


def _annotation(cls: Any, name: str) -> tuple[str | None, Any]:
    for base in cls.__mro__:
        note = vars(base).get("__annotations__", {}).get(name)
        if note is not None:
            return (note.__forward_arg__ if isinstance(note, typing.ForwardRef) else str(note)), base
    return None, None


def _nested(cls: Any, note: str) -> Any:
    """The class of a plain hash, defined inside its owner; lists of hashes lead to their members."""
    for name, value in vars(cls).items():
        if inspect.isclass(value) and re.search(rf"['\".]{name}['\"\]]|\.{name}$", note):
            return value
    source = ast.parse(inspect.getsource(sys.modules[cls.__module__]))
    imports = [one for one in ast.walk(source) if isinstance(one, ast.ImportFrom)]
    for one in imports:
        for alias in one.names:
            if f"'{alias.name}'" in note and (one.module or "").startswith("stripe._"):
                return getattr(importlib.import_module(str(one.module)), alias.name, None)
    return None
