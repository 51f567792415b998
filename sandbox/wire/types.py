"""The SDK's parameter types, rebuilt so that pydantic is as strict as Stripe.

The SDK's TypedDicts allow unknown keys, open every enum (`Literal[...] | str`) and carry the client's own options;
Stripe's server does none of that.
"""

import importlib
import re
import sys
import types
import typing
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

import pydantic
import typing_extensions as te
from stripe._request_options import RequestOptions

_OPTIONS = frozenset(RequestOptions.__annotations__)
_UNIONS = (typing.Union, types.UnionType)
_LITERALS = (typing.Literal, te.Literal)
_MARKS = (te.NotRequired, typing.NotRequired, te.Required, typing.Required)
_INTEGER = re.compile(r"-?\d{1,18}\Z", re.ASCII)


def _integer(value: Any) -> Any:
    if isinstance(value, str) and not _INTEGER.match(value):
        raise ValueError("integer")
    return value


def _boolean(value: Any) -> Any:
    if value not in ("true", "false"):
        raise ValueError("boolean")
    return value


Integer = Annotated[int, pydantic.BeforeValidator(_integer)]
Boolean = Annotated[bool, pydantic.BeforeValidator(_boolean)]


@cache
def adapter(name: str | type) -> pydantic.TypeAdapter[Any]:
    """`checkout.SessionCreateParams` -> a validator. Takes some milliseconds the first time, nothing after."""
    if not isinstance(name, str):
        return pydantic.TypeAdapter(_strict(name, {}))
    package, _, type_name = name.rpartition(".")
    module = importlib.import_module(f"stripe.params.{package}" if package else "stripe.params")
    return pydantic.TypeAdapter(_strict(getattr(module, type_name), {}))


def _strict(given: Any, done: dict[Any, Any]) -> Any:
    if given in done:
        return done[given]
    done[given] = typing.ForwardRef(given.__name__)
    names = {**vars(typing), **vars(te), **vars(sys.modules[given.__module__]), "Decimal": Decimal}
    fields = {
        key: _tight(annotation, names, done)
        for key, annotation in given.__annotations__.items()
        if key not in _OPTIONS or not given.__name__.endswith("Params")
    }
    make: Any = te.TypedDict
    rebuilt = make(given.__name__, fields)
    rebuilt.__pydantic_config__ = pydantic.ConfigDict(extra="forbid")
    done[given] = rebuilt
    return rebuilt


def _tight(annotation: Any, names: dict[str, Any], done: dict[Any, Any]) -> Any:  # noqa: PLR0911, one line for each kind of type
    if isinstance(annotation, str):
        annotation = typing.ForwardRef(annotation)
    if isinstance(annotation, typing.ForwardRef):
        # The SDK's own source text, never anything from a request.
        return _tight(eval(annotation.__forward_arg__, names), names, done)  # noqa: S307  # nosec B307 - the SDK's own annotations
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in _MARKS:
        return origin[_tight(inner[0], names, done)]
    if origin in _UNIONS:
        return typing.Union[tuple(_tight(one, names, done) for one in _closed(inner))]  # noqa: UP007
    if origin is list:
        return list[_tight(inner[0], names, done)]  # type: ignore[misc]
    if origin is dict or getattr(origin, "__name__", "") == "UntypedStripeObject":
        return dict[str, _tight(inner[-1], names, done)]  # type: ignore[misc]
    if te.is_typeddict(annotation):
        return _strict(annotation, done)
    return {int: Integer, bool: Boolean}.get(annotation, annotation) if isinstance(annotation, type) else annotation


def _closed(members: tuple[Any, ...]) -> list[Any]:
    """An open enum closed again; `"" | str` stays, for it only says that the value can be unset."""
    named = [value for one in members if typing.get_origin(one) in _LITERALS for value in typing.get_args(one)]
    return [one for one in members if not (one is str and any(named))]
