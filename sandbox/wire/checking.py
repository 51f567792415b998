"""Checking a call's parameters against the SDK's types, and saying what is wrong in Stripe's words."""

from typing import Any

import pydantic

from sandbox.errors import StripeError, invalid
from sandbox.wire.types import adapter

# The code for a parameter that endive took away (STRIPE.md section 0 row 2).
GONE = "payment_method_types_no_longer_supported"


def checked(type_name: str | type | None, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters with numbers and booleans as such. Raises Stripe's 400 (STRIPE.md section 2, message forms)."""
    if type_name is None:
        if given:
            raise _unknown([(name,) for name in given])
        return {}
    try:
        return dict(adapter(type_name).validate_python(given))
    except pydantic.ValidationError as wrong:
        raise _worst(wrong.errors(include_url=False), given) from None


def _worst(errors: list[Any], given: dict[str, Any]) -> StripeError:
    found = [(_path(error, given), error) for error in errors]
    unknown = [path for path, error in found if error["type"] == "extra_forbidden"]
    if unknown:
        return _unknown(unknown)
    deepest = max(len(path) for path, _ in found)
    for path, error in sorted(found, key=lambda pair: pair[1]["type"] != "missing"):
        if error["type"] == "missing":
            name = written(path)
            return invalid(f"Missing required param: {name}.", name, "parameter_missing")
        if len(path) == deepest:
            return _wrong(path, error, [other for where, other in found if where == path])
    raise AssertionError("pydantic refused without an error")


def _path(error: Any, given: Any) -> tuple[str | int, ...]:
    """Where in the request the error lies; pydantic mixes names of union members into its own path."""
    here, path = given, []
    for part in error["loc"]:
        inside = part in here if isinstance(here, dict) else isinstance(here, list) and isinstance(part, int)
        if inside:
            here = here[part]
            path.append(part)
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    return tuple(path)


def written(path: tuple[str | int, ...]) -> str:
    """Write ('a', 'b', 0) as a[b][0]."""
    return "".join(f"[{part}]" if place else str(part) for place, part in enumerate(path))


def _unknown(paths: list[tuple[str | int, ...]]) -> StripeError:
    names = list(dict.fromkeys(written(path) for path in paths))
    if "payment_method_types" in names:
        # Section 0 row 2: endive took this parameter away.
        message = (
            "The `payment_method_types` parameter is no longer supported. Use `allowed_payment_method_types`, "
            "or leave it out for dynamic payment methods."
        )
        return invalid(message, "payment_method_types", GONE)
    if len(names) == 1:
        return invalid(f"Received unknown parameter: {names[0]}", names[0], "parameter_unknown")
    return invalid(f"Received unknown parameters: {', '.join(names)}", names[0], "parameter_unknown")


def _wrong(path: tuple[str | int, ...], error: Any, all_here: list[Any]) -> StripeError:  # noqa: PLR0911, a line a form
    name, value, kinds = written(path), error["input"], {one["type"] for one in all_here}
    if value == "":
        message = (
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{name}' cannot be unset. You should remove '{name}' from your request or supply a non-empty "
            "value."
        )
        return invalid(message, name, "parameter_invalid_empty")
    if isinstance(value, (dict, list)) and "value_error" not in kinds:
        return invalid(f"Invalid {name}: did not expect {'an array' if isinstance(value, list) else 'a hash'}", name)
    if "literal_error" in kinds:
        choices = next(one["ctx"]["expected"] for one in all_here if one["type"] == "literal_error")
        return invalid(f"Invalid {name}: must be one of {_either(choices)}", name)
    if "value_error" in kinds:
        kind = str(next(one["ctx"]["error"] for one in all_here if one["type"] == "value_error"))
        return invalid(f"Invalid {kind}: {value}", name, f"parameter_invalid_{kind}" if kind == "integer" else None)
    if "decimal_parsing" in kinds:
        return invalid(f"Invalid decimal: {value}", name)
    if "list_type" in kinds:
        return invalid("Invalid array", name)
    return invalid("Invalid object", name)


def _either(choices: str) -> str:
    """Pydantic's 'a', 'b' or 'c' in Stripe's punctuation: a, b, or c."""
    words = choices.replace("'", "")
    return words.replace(" or ", ", or ") if "," in words else words
